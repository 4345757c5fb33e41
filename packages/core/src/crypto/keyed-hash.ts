import { createHmac } from 'node:crypto';
import { encodeBase64url } from './base64url.js';
import { equalBytes } from './constant-time.js';
import type { Keyring } from './keyring.js';

interface Labelled {
  /** Keeps values of one kind from standing for another. */
  readonly label: string;
  readonly value: string;
}

/**
 * HMAC-SHA-256 of a labelled value, base64url.
 * Without the key, a stolen hash can't even be guessed at.
 */
export function keyedHash(keyring: Keyring, input: Labelled): string {
  return encodeBase64url(mac(keyring.newest('keyed-hash'), input));
}

/** The hash under every key that still verifies, newest first: what a look-up by hash has to look for. */
export function allKeyedHashes(keyring: Keyring, input: Labelled): readonly string[] {
  return keyring.all('keyed-hash').map((key) => encodeBase64url(mac(key, input)));
}

/** Whether the hash is of this value, under any key that still verifies. */
export function matchesKeyedHash(keyring: Keyring, input: Labelled & { readonly hash: string }): boolean {
  const expected = Buffer.from(input.hash, 'base64url');
  return keyring.all('keyed-hash').some((key) => equalBytes(mac(key, input), expected));
}

function mac(key: Uint8Array, { label, value }: Labelled): Uint8Array {
  return createHmac('sha256', key).update(`${label}\0${value}`).digest();
}
