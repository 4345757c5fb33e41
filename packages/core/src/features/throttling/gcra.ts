import type { RateHit, RateOutcome } from '../../ports/rate-limiter.js';

/** The parameters of a limit for the generic cell rate algorithm, in whole milliseconds, so that nothing is lost to rounding. */
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

/** The outcome of a hit that was taken or refused, if the key has its full limit again at `fullAt`. */
export function outcomeOf(
  kind: RateOutcome['kind'],
  { fullAt, now, pace: { intervalMs, burstMs } }: { readonly fullAt: number; readonly now: number; readonly pace: Pace },
): RateOutcome {
  const nextAt = Math.max(now, fullAt + intervalMs - burstMs);
  if (kind === 'refused') return { kind, remaining: 0, nextAt };
  return { kind, remaining: Math.floor((burstMs - (fullAt - now)) / intervalMs), nextAt };
}
