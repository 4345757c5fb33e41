const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Positions in `$2b$10$` + 22 characters of salt + 31 of digest, and the bits of their last characters that carry data. */
const SALT_END = 28;
const SALT_BITS = 0b110000;
const DIGEST_END = 59;
const DIGEST_BITS = 0b111100;

/**
 * The hash with its unused bits cleared. The 128 bits of salt leave 4 bits of 22 characters unused, and the 184 bits of digest
 * leave 2 of 31. Some libraries leave garbage there, and the strings would never compare as equal.
 */
export function canonicalBcrypt(hash: string): string {
  return cleared(cleared(hash, SALT_END, SALT_BITS), DIGEST_END, DIGEST_BITS);
}

function cleared(hash: string, at: number, bits: number): string {
  const character = ALPHABET[ALPHABET.indexOf(hash.charAt(at)) & bits] ?? '';
  return hash.slice(0, at) + character + hash.slice(at + 1);
}
