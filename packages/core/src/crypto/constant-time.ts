import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares without telling by its duration where the difference is. The lengths may show. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Compares two secrets that people chose: both are hashed first, so that not even the length shows. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
