import { createHmac } from 'node:crypto';
import { encodeBase64url } from './base64url.js';
import { equalBytes } from './constant-time.js';
import { keyIdOf, type Keyring } from './keyring.js';

interface Labelled {
  /** Separates the hashes of different kinds of values. */
  readonly label: string;
  readonly value: string;
}

/** HMAC-SHA-256 of a labelled value, base64url. Without the key, the value behind a stolen hash cannot be guessed. */
export function keyedHash(keyring: Keyring, input: Labelled): string {
  return encodeBase64url(mac(keyring.newest('keyed-hash'), input));
}

/** The hash under every key that still verifies, newest first, for a look-up by hash. */
export function allKeyedHashes(keyring: Keyring, input: Labelled): readonly string[] {
  return keyring.all('keyed-hash').map((key) => encodeBase64url(mac(key, input)));
}

/** Whether the hash matches the value, under any key that still verifies. */
export function matchesKeyedHash(keyring: Keyring, input: Labelled & { readonly hash: string }): boolean {
  const expected = Buffer.from(input.hash, 'base64url');
  return keyring.all('keyed-hash').some((key) => equalBytes(mac(key, input), expected));
}

/**
 * As `keyedHash`, prefixed with the id of its key: `<key id>.<hash>`. For guessable values: a wrong guess can be told
 * from a missing key, with which no guess could be right (security.md M10).
 */
export function namedKeyedHash(keyring: Keyring, input: Labelled): string {
  const key = keyring.newest('keyed-hash');
  return `${keyIdOf(key)}.${encodeBase64url(mac(key, input))}`;
}

/** Compares a value with a `namedKeyedHash`. */
export function compareWithNamedHash(
  keyring: Keyring,
  input: Labelled & { readonly hash: string },
): 'equal' | 'different' | 'key-gone' {
  const [keyId, hash = ''] = input.hash.split('.');
  const key = keyring.all('keyed-hash').find((candidate) => keyIdOf(candidate) === keyId);
  if (key === undefined) return 'key-gone';
  return equalBytes(mac(key, input), Buffer.from(hash, 'base64url')) ? 'equal' : 'different';
}

function mac(key: Uint8Array, { label, value }: Labelled): Uint8Array {
  return createHmac('sha256', key).update(`${label}\0${value}`).digest();
}
