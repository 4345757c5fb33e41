export interface RateTake {
  readonly key: string;
  readonly now: number;
  /** How long one hit stays counted. */
  readonly intervalMs: number;
  /** How far hits may run ahead: a whole number of intervals. */
  readonly burstMs: number;
}

export interface RateTakeOutcome {
  readonly kind: 'taken' | 'refused';
  /** When all hits of the key will have worn off. */
  readonly fullAt: number;
}

/** Generic cell rate algorithm: each key stores the moment at which its hits have worn off. */
export interface RateLimitStore {
  /**
   * Moves the key's moment on by one interval, from `now` where it has passed, if that keeps it within `burstMs` of `now`.
   * One step, also from other processes. A moment further off than that, by a clock that went back, counts as the furthest.
   */
  take(take: RateTake): Promise<RateTakeOutcome>;
}
