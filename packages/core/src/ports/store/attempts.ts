/** An attempt at a secret, such as a password, that others may guess. */
export interface Attempt {
  /** Attempts under one key are counted together. */
  readonly key: string;
  /** Whose secret it is, if it belongs to an account. The count is removed with the account. */
  readonly userId: string | null;
  readonly now: number;
  /** How long the next attempt has to wait after the first, the second and so on. The last one holds for all that follow. */
  readonly waitsMs: readonly [number, ...number[]];
  /** A count without a new attempt for this long is forgotten. At least as long as the longest wait. */
  readonly forgetAfterMs: number;
}

export type AttemptOutcome =
  /** Counted; `count` is the number of attempts in a row. */
  | { readonly kind: 'taken'; readonly count: number }
  /** It has to wait. `isFirst` is true for exactly one of those refused during the same wait. */
  | { readonly kind: 'refused'; readonly retryAt: number; readonly isFirst: boolean };

/** Counts attempts in a row. The more there were, the longer the next one has to wait. */
export interface AttemptStore {
  /**
   * Counts an attempt, unless the wait after the last one is not over. Of any number at once, from other processes too,
   * each one taken MUST be counted before the next is decided: as many are taken as there are waits of 0, and one more.
   */
  take(attempt: Attempt): Promise<AttemptOutcome>;
  /** Takes back the last attempt under the key and the wait after it. */
  refund(key: string, now: number): Promise<void>;
  /** Forgets the attempts under these keys and, with `userId`, every attempt at this user's secrets. */
  clear(keys: readonly string[], userId?: string): Promise<void>;
}
