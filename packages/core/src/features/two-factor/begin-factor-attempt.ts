import type { CounterLimit } from '../../ports/store/counters.js';
import type { TransactionContext } from '../../unit-of-work.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * security.md M4 (NIST SP 800-63B-4 3.2.2). An attacker who stays just below the stop has 292 guesses a year. Three of
 * a million codes are valid at any moment, so the chance of success is under 0.1 %.
 */
const PAUSE: CounterLimit = { max: 5, windowMs: 15 * MINUTE_MS };
const STOP: CounterLimit & { readonly windowMs: number } = { max: 25, windowMs: 30 * DAY_MS };
const UNTIL_CLEARED: CounterLimit = { max: 1, windowMs: null };

/** The counters of an account's failed second-factor checks. */
export function guessCounters(userId: string): { readonly failures: string; readonly stop: string } {
  return { failures: `2fa:${userId}`, stop: `2fa-stop:${userId}` };
}

/**
 * Ends a pause or a stop, and clears the failures behind it. Only a proof that cannot be guessed may do this: a backup
 * code, a passkey, or an administrator. A password reset must not: an attacker who reads the mailbox could then guess
 * without limit (security.md M4, R3).
 */
export async function clearLockout({ unit }: Pick<TransactionContext, 'unit'>, userId: string): Promise<void> {
  for (const key of Object.values(guessCounters(userId))) await unit.counters.clear(key);
}

export type FactorAttempt =
  /** `retryAt` is `null` for a stop, which does not end by itself. */
  | { readonly kind: 'paused'; readonly retryAt: number | null }
  | { readonly kind: 'allowed'; readonly succeed: () => Promise<void>; readonly fail: () => Promise<void> };

/**
 * Counts a guess as failed before it is compared. A right guess removes only its own count. Earlier failures stay:
 * otherwise an attacker could go on guessing after each login of the owner.
 */
export async function beginFactorAttempt(
  { unit, clock, makeId }: TransactionContext,
  userId: string,
): Promise<FactorAttempt> {
  const now = clock.now();
  const { failures, stop } = guessCounters(userId);
  if ((await unit.counters.count(stop, 0)) > 0) return { kind: 'paused', retryAt: null };
  const taken = await unit.counters.take({ hitId: makeId(), key: failures, limits: [PAUSE, STOP], now });
  if (taken.kind === 'refused') return { kind: 'paused', retryAt: taken.retryAt };
  return {
    kind: 'allowed',
    succeed: () => unit.counters.refund(taken.hitId),
    async fail() {
      const failed = await unit.counters.count(failures, now - STOP.windowMs);
      if (failed >= STOP.max) await unit.counters.take({ hitId: makeId(), key: stop, limits: [UNTIL_CLEARED], now });
    },
  };
}
