import type { TransactionContext } from '../../unit-of-work.js';
import type { CounterLimit } from '../../ports/store/counters.js';
import type { UnitOfWork } from '../../unit-of-work.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * security.md M4 (NIST SP 800-63B-4 3.2.2). Whoever keeps just under the second limit has 292 guesses a year at three
 * codes in a million each: a chance under 0.1 %.
 */
const PAUSE: CounterLimit = { max: 5, windowMs: 15 * MINUTE_MS };
const STOP: CounterLimit & { readonly windowMs: number } = { max: 25, windowMs: 30 * DAY_MS };
const FOR_EVER: CounterLimit = { max: 1, windowMs: null };

/** The counters of an account's second-factor failures. A recovery clears both. */
export function guessCounters(userId: string): { readonly failures: string; readonly stop: string } {
  return { failures: `2fa:${userId}`, stop: `2fa-stop:${userId}` };
}

/** Lets the account's second factors be tried again, whatever was tried before. */
export async function clearLockout({ unit }: { readonly unit: UnitOfWork }, userId: string): Promise<void> {
  for (const key of Object.values(guessCounters(userId))) await unit.counters.clear(key);
}

export type Guess =
  | { readonly kind: 'paused'; readonly retryAt: number | null }
  | { readonly kind: 'allowed'; readonly succeed: () => Promise<void>; readonly fail: () => Promise<void> };

/**
 * Counts a guess as a failure before anything is compared. A right one takes only itself back: the failures beside it
 * stay, or an attacker could wait for the owner to wipe them out.
 */
export async function beginFactorAttempt(
  { unit, clock, makeId }: TransactionContext,
  userId: string,
): Promise<Guess> {
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
      if (failed >= STOP.max) await unit.counters.take({ hitId: makeId(), key: stop, limits: [FOR_EVER], now });
    },
  };
}
