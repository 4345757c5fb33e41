import { createHash, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { Keyring } from '../crypto/keyring.js';
import { encodeBase64url } from '../crypto/base64url.js';
import type { SigningKey } from '../features/tokens/options.js';

/** One key of the set, imported: a CryptoKey is several times faster with jose than a KeyObject. */
interface LoadedKey {
  readonly kid: string;
  readonly sign: CryptoKey;
  readonly verify: CryptoKey;
  /** Absent where signing is symmetric. */
  readonly publicJwk?: JWK;
}

export interface LoadedKeys {
  readonly alg: string;
  readonly newest: LoadedKey;
  readonly byKid: ReadonlyMap<string, LoadedKey>;
}

/** The keys of access tokens: the asymmetric ones that were given, or one per secret. All of a set share an algorithm. */
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
  // The kid names the key without giving anything of it away.
  const kid = encodeBase64url(createHash('sha256').update('kid').update(secret).digest().subarray(0, 9));
  return { kid, sign: key, verify: key };
}

async function loadAsymmetric({ alg, privateKey, kid: givenKid }: SigningKey): Promise<LoadedKey> {
  const publicJwk = await exportJWK(createPublicKey(privateKey));
  const kid = givenKid ?? (await calculateJwkThumbprint(publicJwk));
  const [sign, verify] = await Promise.all([
    importCryptoKey(await exportJWK(privateKey), alg),
    importCryptoKey(publicJwk, alg),
  ]);
  return { kid, sign, verify, publicJwk: { ...publicJwk, kid, alg, use: 'sig' } };
}

async function importCryptoKey(jwk: JWK, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg);
  if (key instanceof Uint8Array) throw new TypeError('not an asymmetric key');
  return key;
}
