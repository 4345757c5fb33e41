import type { Context } from '../../context.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import type { CounterLimit, TakeOutcome } from '../../ports/store/counters.js';
import type { TransactionContext } from '../../unit-of-work.js';

const DAY_MS = 86_400_000;

/**
 * Limits wrong codes for one address, however many codes were requested: 5 guesses at each of 5 codes an hour would
 * succeed in time. 25 in 30 days are about 300 a year, of a million codes (security.md M4).
 */
const LIMITS: readonly CounterLimit[] = [
  { max: 10, windowMs: DAY_MS },
  { max: 25, windowMs: 30 * DAY_MS },
];

/** Counts a guess at a code before it is compared. A right one is refunded by its `hitId`. */
export async function takeCodeGuess(tx: TransactionContext, email: string): Promise<TakeOutcome> {
  return tx.unit.counters.take({ hitId: tx.makeId(), key: keyOf(tx, email), limits: LIMITS, now: tx.clock.now() });
}

/** True if codes for this address are blocked at present. The owner gets links instead, which cannot be guessed. */
export async function isCodeStopped(tx: TransactionContext, email: string): Promise<boolean> {
  const now = tx.clock.now();
  for (const { max, windowMs } of LIMITS) {
    if (windowMs !== null && (await tx.unit.counters.count(keyOf(tx, email), now - windowMs)) >= max) return true;
  }
  return false;
}

/** Keyed by the address, known or not: the count tells nothing about accounts. The address itself is not stored. */
function keyOf({ keyring }: Context, email: string): string {
  return `email-login:${keyedHash(keyring, { label: 'email-login-guess', value: email })}`;
}
