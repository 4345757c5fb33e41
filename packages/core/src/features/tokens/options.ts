import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';
import { readPrivateKey, type AsymmetricAlgorithm } from '../../crypto/read-private-key.js';

export interface TokenOptions {
  /** The `iss` of access tokens. Default: `baseUrl`, or `sallyport` without one. */
  readonly issuer?: string | undefined;
  /** The `aud` of access tokens. Default: the issuer. */
  readonly audience?: string | undefined;
  /** How long an access token is valid. Default `'10m'`. */
  readonly accessTtl?: Duration | undefined;
  /**
   * Private keys that sign access tokens so that other services can verify them by `/.well-known/jwks.json`; newest
   * first: the first signs, all verify (security.md T3). Default: HS256 under a key derived from the secret.
   */
  readonly keys?:
    | readonly {
        readonly alg: AsymmetricAlgorithm;
        /** PEM (PKCS #8, or SEC 1 for ES256; line breaks may be written out as `\n`), or a JWK as JSON. */
        readonly privateKey: string | undefined;
        /** Default: the key's RFC 7638 thumbprint. */
        readonly kid?: string | undefined;
      }[]
    | undefined;
}

export interface SigningKey {
  readonly alg: AsymmetricAlgorithm;
  readonly privateKey: KeyObject;
  readonly kid: string | undefined;
}

export interface TokenSettings {
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly accessTtl: number;
  readonly keys: readonly SigningKey[];
}

const name = v.pipe(v.string(), v.minLength(1, 'must not be empty'));

const signingKey = v.pipe(
  v.strictObject({
    alg: v.picklist(['EdDSA', 'ES256']),
    privateKey: v.string('is required, and must be a string'),
    kid: v.optional(name),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): SigningKey => {
    const { alg, privateKey: text, kid } = dataset.value;
    const read = readPrivateKey(alg, text);
    if (read.kind === 'key') return { alg, privateKey: read.privateKey, kid };
    addIssue({ message: read.fault });
    return NEVER;
  }),
);

export const tokenOptions: Schema<TokenSettings> = v.pipe(
  v.strictObject({
    issuer: v.optional(name),
    audience: v.optional(name),
    accessTtl: v.optional(duration(1_000), '10m'),
    keys: v.optional(
      v.pipe(
        v.array(signingKey),
        v.check((keys) => haveDistinctIds(keys), 'every kid must be another: one key would hide the other'),
      ),
      [],
    ),
  }),
  v.transform(({ issuer, audience, accessTtl, keys }) => ({ issuer, audience, accessTtl, keys })),
);

function haveDistinctIds(keys: readonly SigningKey[]): boolean {
  const kids = keys.flatMap(({ kid }) => kid ?? []);
  return new Set(kids).size === kids.length;
}
