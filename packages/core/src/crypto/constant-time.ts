import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in constant time for equal lengths. The time may reveal the lengths. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Compares two secrets that people chose. Both are hashed first, so that the time does not reveal their length. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
