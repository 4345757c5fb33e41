import type { Context } from '../../context.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import type { CounterLimit, TakeOutcome } from '../../ports/store/counters.js';
import type { TransactionContext } from '../../unit-of-work.js';

const DAY_MS = 86_400_000;

/**
 * Wrong codes for one address, however many codes were asked for: 5 for each of 5 codes an hour would be guessed in time.
 * 25 in 30 days are about 300 a year, of a million codes (security.md M4).
 */
const LIMITS: readonly CounterLimit[] = [
  { max: 10, windowMs: DAY_MS },
  { max: 25, windowMs: 30 * DAY_MS },
];

/** Counts a guess at a code before it is compared. A right one is refunded by its `hitId`. */
export async function takeCodeGuess(tx: TransactionContext, email: string): Promise<TakeOutcome> {
  return tx.unit.counters.take({ hitId: tx.makeId(), key: keyOf(tx, email), limits: LIMITS, now: tx.clock.now() });
}

/** True if no code of this address can be guessed at present. The owner is mailed links instead, which cannot be guessed. */
export async function isCodeStopped(tx: TransactionContext, email: string): Promise<boolean> {
  const now = tx.clock.now();
  for (const { max, windowMs } of LIMITS) {
    if (windowMs !== null && (await tx.unit.counters.count(keyOf(tx, email), now - windowMs)) >= max) return true;
  }
  return false;
}

/** By the address, known or not: what is counted tells nothing about accounts. The address itself is not kept. */
function keyOf({ keyring }: Context, email: string): string {
  return `email-login:${keyedHash(keyring, { label: 'email-login-guess', value: email })}`;
}
