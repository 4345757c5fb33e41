import { createHash, createHmac, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import type * as Jose from 'jose';
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose';
import type { Keyring } from '../crypto/keyring.js';
import { encodeBase64url } from '../crypto/base64url.js';
import type { SigningKey } from '../features/tokens/options.js';

/** Creates the JWT of these claims. */
type Sign = (claims: JWTPayload) => string | Promise<string>;

/** One key of the set, imported: jose is several times faster with a CryptoKey than with a KeyObject. */
interface LoadedKey {
  readonly kid: string;
  readonly sign: Sign;
  readonly verify: CryptoKey;
  /** Absent if signing is symmetric. */
  readonly publicJwk?: JWK;
}

export interface LoadedKeys {
  readonly alg: string;
  readonly newest: LoadedKey;
  readonly byKid: ReadonlyMap<string, LoadedKey>;
}

/** RFC 9068 2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/**
 * Signs by HMAC, synchronously. jose uses Web Crypto, in libuv's threads: under load a token would wait there behind
 * password hashes. A test compares the tokens with jose's.
 */
function signHs256(header: JWTHeaderParameters, key: KeyObject): Sign {
  const head = base64urlOf(header);
  return (claims) => {
    const signed = `${head}.${base64urlOf(claims)}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
}

function base64urlOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * The keys of access tokens: the configured asymmetric ones, or one per secret. All keys of a set share an algorithm.
 */
export async function loadSigningKeys(keyring: Keyring, given: readonly SigningKey[]): Promise<LoadedKeys[]> {
  if (given.length === 0) {
    const [newest, ...older] = keyring.all('access-token');
    return [await keySet('HS256', [newest, ...older].map(loadSymmetric))];
  }
  const algorithms = [...new Set(given.map(({ alg }) => alg))];
  return Promise.all(
    algorithms.map((alg) => keySet(alg, given.filter((key) => key.alg === alg).map(loadAsymmetric))),
  );
}

async function keySet(alg: string, loading: readonly Promise<LoadedKey>[]): Promise<LoadedKeys> {
  const keys = await Promise.all(loading);
  const [newest] = keys;
  if (newest === undefined) throw new TypeError('a key set needs a key');
  return { alg, newest, byKid: new Map(keys.map((key) => [key.kid, key])) };
}

async function loadSymmetric(secret: Uint8Array): Promise<LoadedKey> {
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  // The kid identifies the key without revealing any of it.
  const kid = encodeBase64url(createHash('sha256').update('kid').update(secret).digest().subarray(0, 9));
  return { kid, sign: signHs256({ alg: 'HS256', typ: ACCESS_TOKEN_TYPE, kid }, createSecretKey(secret)), verify: key };
}

async function loadAsymmetric({ alg, privateKey, kid: givenKid }: SigningKey): Promise<LoadedKey> {
  const { SignJWT, calculateJwkThumbprint, exportJWK } = await loadJose();
  const publicJwk = await exportJWK(createPublicKey(privateKey));
  const kid = givenKid ?? (await calculateJwkThumbprint(publicJwk));
  const [sign, verify] = await Promise.all([
    importCryptoKey(await exportJWK(privateKey), alg),
    importCryptoKey(publicJwk, alg),
  ]);
  return {
    kid,
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg, typ: ACCESS_TOKEN_TYPE, kid }).sign(sign),
    verify,
    publicJwk: { ...publicJwk, kid, alg, use: 'sig' },
  };
}

async function importCryptoKey(jwk: JWK, alg: string): Promise<CryptoKey> {
  const { importJWK } = await loadJose();
  const key = await importJWK(jwk, alg);
  if (key instanceof Uint8Array) throw new TypeError('not an asymmetric key');
  return key;
}

/** What signs with asymmetric keys. Most applications have none, and a process starts faster without it. */
async function loadJose(): Promise<Pick<typeof Jose, 'SignJWT' | 'calculateJwkThumbprint' | 'exportJWK' | 'importJWK'>> {
  return import('jose');
}
