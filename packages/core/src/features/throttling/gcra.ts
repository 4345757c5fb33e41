import type { RateHit, RateOutcome } from '../../ports/rate-limiter.js';

/** How a limit is kept by the generic cell rate algorithm, in whole milliseconds, so that nothing is lost to rounding. */
export interface Pace {
  /** How long one hit stays counted. */
  readonly intervalMs: number;
  /** How far hits may run ahead. */
  readonly burstMs: number;
}

export function paceOf({ points, windowMs }: Pick<RateHit, 'points' | 'windowMs'>): Pace {
  const intervalMs = Math.ceil(windowMs / points);
  return { intervalMs, burstMs: intervalMs * points };
}

/** What is left after a hit was taken, or refused, where all hits of the key will have worn off at `fullAt`. */
export function outcomeOf(
  kind: RateOutcome['kind'],
  { fullAt, now, pace: { intervalMs, burstMs } }: { readonly fullAt: number; readonly now: number; readonly pace: Pace },
): RateOutcome {
  const nextAt = Math.max(now, fullAt + intervalMs - burstMs);
  if (kind === 'refused') return { kind, remaining: 0, nextAt };
  return { kind, remaining: Math.floor((burstMs - (fullAt - now)) / intervalMs), nextAt };
}
