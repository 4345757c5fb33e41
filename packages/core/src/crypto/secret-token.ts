import type { Random } from '../ports/random.js';
import { encodeBase64url } from './base64url.js';

const SECRET_BYTES = 32;

/** 256 random bits, base64url. */
export function makeSecret(random: Random): string {
  return encodeBase64url(random.bytes(SECRET_BYTES));
}
