import { createPrivateKey } from 'node:crypto';
import type { Issue, Provider } from '@sallyport/core';
import { importPKCS8, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import type { ClientAuth } from 'openid-client';
import * as v from 'valibot';
import { standardIdentity } from './claims.js';
import { openIdProvider } from './open-id-provider.js';
import { isText, readOptions, unless } from './options.js';
import type { CommonOptions } from './options.js';

const APPLE = 'https://appleid.apple.com';

export interface AppleOptions extends CommonOptions {
  readonly teamId: string | undefined;
  /** The id of the private key. */
  readonly keyId: string | undefined;
  /** The key itself: the text of the `.p8` file. Line breaks may be written as `\n`. */
  readonly privateKey: string | undefined;
}

type Credentials = Readonly<Record<'clientId' | 'teamId' | 'keyId' | 'privateKey', string>>;

/**
 * Apple. The client secret is created from the private key for each request. Apple posts its response as a form, and sends the
 * name at the first login only. Throws `ConfigError`.
 */
export function apple(given: AppleOptions): Provider {
  const options = readOptions('apple', { given, required: ['clientId', 'teamId', 'keyId', 'privateKey'], check });
  return openIdProvider({
    options,
    name: 'Apple',
    issuer: new URL(APPLE),
    // oxlint-disable-next-line typescript/no-misused-promises -- it is awaited (oauth4webapi's own type says so)
    clientAuth: appleClientAuth(options),
    scopes: ['openid', 'name', 'email'],
    responseMode: 'form_post',
    toIdentity: (claims, parameters) => ({ ...standardIdentity(claims), name: nameOf(parameters['user']) }),
  });
}

function check({ privateKey }: Readonly<Record<string, unknown>>): readonly Issue[] {
  return unless(!isText(privateKey) || isSigningKey(privateKey), { path: 'privateKey', message: 'must be the text of a .p8 file of Apple: a private key of P-256' });
}

function isSigningKey(text: string): boolean {
  try {
    return createPrivateKey(pemOf(text)).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

function pemOf(text: string): string {
  return text.replaceAll('\\n', '\n');
}

/** Client authentication with a secret derived from the key (Apple: Creating a client secret). */
export function appleClientAuth({ clientId, teamId, keyId, privateKey }: Credentials): (...args: Parameters<ClientAuth>) => Promise<void> {
  let key: Promise<CryptoKey> | undefined;
  return async (_server, _client, body) => {
    key ??= importPKCS8(pemOf(privateKey), 'ES256');
    const secret = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: keyId })
      .setIssuer(teamId)
      .setSubject(clientId)
      .setAudience(APPLE)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(await key);
    body.set('client_id', clientId);
    body.set('client_secret', secret);
  };
}

const text = v.optional(v.string(), '');
const userSchema = v.object({ name: v.object({ firstName: text, lastName: text }) });

/** Sent through the browser, unsigned: only the name is used. */
function nameOf(user: string | undefined): string | null {
  if (user === undefined) return null;
  try {
    const { name } = v.parse(userSchema, JSON.parse(user));
    return `${name.firstName} ${name.lastName}`.trim() || null;
  } catch {
    return null;
  }
}
