import type { Context } from '../../context.js';
import { compareWithNamedHash, namedKeyedHash } from '../../crypto/keyed-hash.js';
import { AuthError } from '../../errors.js';
import type { SentCode } from '../../ports/store/one-time-tokens.js';

const DIGITS = 6;
/** security.md M3. */
const CODE_TTL_MS = 5 * 60_000;
/** Attempts for each token (security.md M3). */
export const MAX_CODE_ATTEMPTS = 5;

/** A new six-digit code. The store gets a keyed hash that is bound to the token (security.md M3). */
export function makeSentCode(
  { clock, random, keyring }: Context,
  { tokenId, method }: { readonly tokenId: string; readonly method: SentCode['method'] },
): { readonly code: string; readonly sent: SentCode } {
  const now = clock.now();
  const code = sixDigits(random);
  const hash = namedKeyedHash(keyring, { label: labelOf(tokenId), value: code });
  return { code, sent: { hash, method, sentAt: now, expiresAt: now + CODE_TTL_MS } };
}

/**
 * True if this is the code that was sent for the token, and it has not expired. Fails with `INTERNAL` if the key of its hash is
 * no longer configured; the rollback then also undoes the count of the guess (security.md M10).
 */
export function matchesSentCode(
  { clock, keyring, logger }: Context,
  { tokenId, code, sent }: { readonly tokenId: string; readonly code: string; readonly sent: SentCode },
): boolean {
  const compared = compareWithNamedHash(keyring, { label: labelOf(tokenId), value: code, hash: sent.hash });
  if (compared === 'key-gone') {
    logger.error('a code that was sent cannot be checked: the secret of its hash is no longer configured', { tokenId });
    throw new AuthError('INTERNAL');
  }
  return compared === 'equal' && clock.now() < sent.expiresAt;
}

function labelOf(tokenId: string): string {
  return `sent-code:${tokenId}`;
}

/** Uniform: values past the last full multiple of 10^6 are drawn again, or low codes would be more likely. */
function sixDigits(random: Context['random']): string {
  const bound = 10 ** DIGITS;
  const limit = Math.floor(2 ** 32 / bound) * bound;
  for (;;) {
    const number = Buffer.from(random.bytes(4)).readUInt32BE();
    if (number < limit) return String(number % bound).padStart(DIGITS, '0');
  }
}
