import { createHash, hkdfSync } from 'node:crypto';
import { encodeBase64url } from './base64url.js';

/** What a key is for. A key is valid for one purpose only. */
export type KeyPurpose = 'access-token' | 'refresh-token' | 'keyed-hash' | 'sealed' | 'key-check';

const KEY_BYTES = 32;

/** The keys of every purpose, derived from the application's secrets (security.md T3). */
export interface Keyring {
  /** The key that signs and encrypts. */
  newest(purpose: KeyPurpose): Uint8Array;
  /** The keys that verify, newest first; never empty. */
  all(purpose: KeyPurpose): readonly [Uint8Array, ...Uint8Array[]];
}

const CHECK_VALUE_BYTES = 12;

/** A value for each secret, newest first, that identifies the secret later without revealing any of it. */
export function keyCheckValues(keyring: Keyring): readonly string[] {
  return keyring.all('key-check').map((key) => encodeBase64url(key.subarray(0, CHECK_VALUE_BYTES)));
}

/** Identifies the key in the values made with it, without revealing any of it. */
export function keyIdOf(key: Uint8Array): string {
  return encodeBase64url(createHash('sha256').update('sealed').update(key).digest().subarray(0, 6));
}

/** Derives one key per secret and purpose by HKDF-SHA-256 (RFC 5869), on first use. */
export function createKeyring(secrets: readonly [string, ...string[]]): Keyring {
  const derived = new Map<KeyPurpose, readonly [Uint8Array, ...Uint8Array[]]>();
  const all = (purpose: KeyPurpose): readonly [Uint8Array, ...Uint8Array[]] => {
    const known = derived.get(purpose);
    if (known !== undefined) return known;
    const [newest, ...older] = secrets;
    const keys = [derive(newest, purpose), ...older.map((secret) => derive(secret, purpose))] as const;
    derived.set(purpose, keys);
    return keys;
  };
  return { all, newest: (purpose) => all(purpose)[0] };
}

function derive(secret: string, purpose: KeyPurpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `sallyport/v1/${purpose}`, KEY_BYTES));
}
