export interface RateTake {
  readonly key: string;
  readonly now: number;
  /** How long one hit counts. */
  readonly intervalMs: number;
  /** How far hits may run ahead: a whole number of intervals. */
  readonly burstMs: number;
}

export interface RateTakeOutcome {
  readonly kind: 'taken' | 'refused';
  /** When the last hit of the key stops counting. */
  readonly fullAt: number;
}

/** Generic cell rate algorithm: each key stores the time at which its hits stop counting. */
export interface RateLimitStore {
  /**
   * Advances the key's time by one interval, starting from `now` if it has passed, if that keeps it within `burstMs` of
   * `now`. Atomic, across processes too. After a clock went back, a time further ahead than `burstMs` counts as
   * `burstMs` ahead.
   */
  take(take: RateTake): Promise<RateTakeOutcome>;
}
