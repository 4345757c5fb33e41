import type { Context } from '../../context.js';
import { keyedHash, matchesKeyedHash } from '../../crypto/keyed-hash.js';
import type { SentCode } from '../../ports/store/one-time-tokens.js';

const DIGITS = 6;
/** security.md M3. */
const TTL_MS = 5 * 60_000;
export const MAX_CODE_ATTEMPTS = 5;

export interface MadeCode {
  readonly code: string;
  readonly sent: SentCode;
}

/** A fresh six-digit code for a token. The store gets a keyed hash bound to that token (security.md M3). */
export function makeSentCode(
  { clock, random, keyring }: Context,
  { tokenId, method }: { readonly tokenId: string; readonly method: SentCode['method'] },
): MadeCode {
  const now = clock.now();
  const code = sixDigits(random);
  const hash = keyedHash(keyring, { label: labelOf(tokenId), value: code });
  return { code, sent: { hash, method, sentAt: now, expiresAt: now + TTL_MS } };
}

/** Whether this is the code that was sent for the token, and still good. */
export function matchesSentCode(
  { clock, keyring }: Context,
  { tokenId, code, sent }: { readonly tokenId: string; readonly code: string; readonly sent: SentCode },
): boolean {
  const matches = matchesKeyedHash(keyring, { label: labelOf(tokenId), value: code, hash: sent.hash });
  return matches && clock.now() < sent.expiresAt;
}

function labelOf(tokenId: string): string {
  return `sent-code:${tokenId}`;
}

/** Evenly drawn: numbers past the last full multiple of 10^6 are drawn again, or low codes would be likelier. */
function sixDigits(random: Context['random']): string {
  const bound = 10 ** DIGITS;
  const limit = Math.floor(2 ** 32 / bound) * bound;
  for (;;) {
    const number = Buffer.from(random.bytes(4)).readUInt32BE();
    if (number < limit) return String(number % bound).padStart(DIGITS, '0');
  }
}
