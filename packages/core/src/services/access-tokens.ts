import type { JSONWebKeySet, JWTHeaderParameters } from 'jose';
import { jwtVerify } from 'jose/jwt/verify';
import { BoundedCache } from '../foundation/bounded-cache.js';
import { decodeBase64url } from '../crypto/base64url.js';
import type { Keyring } from '../crypto/keyring.js';
import { AuthError } from '../errors.js';
import { parse } from '../foundation/parse.js';
import type { Clock } from '../ports/clock.js';
import { accessClaims, type AccessClaims } from '../model/access-claims.js';
import type { TokenSettings } from '../features/tokens/options.js';
import { ACCESS_TOKEN_TYPE, loadSigningKeys, type LoadedKeys } from './signing-keys.js';

const MAX_CACHED = 10_000;
/** This library's tokens have some 600 characters. Longer ones are rejected without work. */
const MAX_LENGTH = 4_096;
/** Accepted clock difference between the machines that sign and verify. */
const MAX_AHEAD_MS = 60_000;

export type AccessTokenSubject = Pick<AccessClaims, 'sub' | 'sid' | 'auth_time' | 'amr' | 'acr' | 'role' | 'ver' | 'gen'>;

export interface IssuedAccessToken {
  readonly accessToken: string;
  readonly expiresAt: number;
}

export interface AccessTokensInput {
  readonly settings: TokenSettings;
  readonly fallbackIssuer: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Signs and verifies access tokens: JWTs by RFC 9068, with pinned algorithm and claims (security.md T1). */
export class AccessTokens {
  readonly #settings: TokenSettings;
  readonly #issuer: string;
  readonly #audience: string;
  readonly #keyring: Keyring;
  readonly #clock: Clock;
  readonly #verified = new BoundedCache<AccessClaims>(MAX_CACHED);
  #loading: Promise<LoadedKeys[]> | undefined;

  constructor({ settings, fallbackIssuer, keyring, clock }: AccessTokensInput) {
    this.#settings = settings;
    this.#issuer = settings.issuer ?? fallbackIssuer;
    this.#audience = settings.audience ?? this.#issuer;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  async issue(subject: AccessTokenSubject): Promise<IssuedAccessToken> {
    const [set] = await this.#keys();
    if (set === undefined) throw new TypeError('no signing key');
    const iat = Math.floor(this.#clock.now() / 1_000);
    const exp = iat + Math.max(1, Math.floor(this.#settings.accessTtl / 1_000));
    const signed = set.newest.sign({ ...subject, iss: this.#issuer, aud: this.#audience, iat, exp });
    const accessToken = typeof signed === 'string' ? signed : await signed;
    return { accessToken, expiresAt: exp * 1_000 };
  }

  /** The claims of a genuine token that has not expired; throws `INVALID_TOKEN`. Says nothing about its session. */
  async verify(token: string): Promise<AccessClaims> {
    const now = this.#clock.now();
    const known = this.verified(token);
    if (known !== null) return known;
    if (token.length > MAX_LENGTH || !hasCanonicalSignature(token)) throw new AuthError('INVALID_TOKEN');
    const claims = await this.#verify(token, now);
    this.#verified.set(token, claims);
    return claims;
  }

  /** The claims of a token that this process has verified before and that has not expired; `null` if it must be verified. */
  verified(token: string): AccessClaims | null {
    const known = this.#verified.get(token);
    // T4: a cached verification does not outlive the token.
    return known !== undefined && this.#clock.now() < known.exp * 1_000 ? known : null;
  }

  /** The public keys, for other services; empty if signing is symmetric. */
  async jwks(): Promise<JSONWebKeySet> {
    const sets = await this.#keys();
    const keys = sets.flatMap(({ byKid }) => [...byKid.values()]);
    return { keys: keys.flatMap(({ publicJwk }) => (publicJwk === undefined ? [] : [publicJwk])) };
  }

  async #verify(token: string, now: number): Promise<AccessClaims> {
    const sets = await this.#keys();
    try {
      const { payload } = await jwtVerify(token, (header) => keyFor(sets, header), {
        algorithms: sets.map(({ alg }) => alg),
        issuer: this.#issuer,
        audience: this.#audience,
        typ: ACCESS_TOKEN_TYPE,
        requiredClaims: ['exp', 'iat', 'sub', 'sid'],
        currentDate: new Date(now),
      });
      const claims = parse(accessClaims, payload);
      // jose checks iat only if a maximum age is given. A token from the future would be valid longer than the options
      // allow.
      if (claims.ok && claims.value.iat * 1_000 <= now + MAX_AHEAD_MS) {
        // Frozen, because all callers share the cached object.
        return Object.freeze({ ...claims.value, amr: Object.freeze(claims.value.amr) });
      }
    } catch (cause) {
      throw new AuthError('INVALID_TOKEN', { cause });
    }
    throw new AuthError('INVALID_TOKEN');
  }

  #keys(): Promise<LoadedKeys[]> {
    this.#loading ??= loadSigningKeys(this.#keyring, this.#settings.keys);
    return this.#loading;
  }
}

/**
 * Finds the configured key that the header names. Keys and key URLs inside the token are never used: a forger could
 * write them.
 */
function keyFor(sets: readonly LoadedKeys[], header: JWTHeaderParameters): LoadedKeys['newest']['verify'] {
  const foreign = ['jwk', 'jku', 'x5u', 'x5c', 'crit'].some((name) => Object.hasOwn(header, name));
  // Looked up under the algorithm that the header claims, so that no key ever serves two (RFC 8725 3.1).
  const key = sets.find(({ alg }) => alg === header.alg)?.byKid.get(header.kid ?? '');
  if (foreign || key === undefined) throw new AuthError('INVALID_TOKEN');
  return key.verify;
}

/** Decoders drop the unused bits of the last character, so a token could be respelled and still verify. */
function hasCanonicalSignature(token: string): boolean {
  const [, , signature, ...rest] = token.split('.');
  return signature !== undefined && rest.length === 0 && decodeBase64url(signature) !== null;
}
