/** An attempt at a secret, such as a password, that attackers may guess. */
export interface Attempt {
  /** Attempts under one key are counted together. */
  readonly key: string;
  /** The owner of the secret, if it belongs to an account. The count is removed with the account. */
  readonly userId: string | null;
  readonly now: number;
  /** The wait after the first attempt, the second and so on. The last one applies to all that follow. */
  readonly waitsMs: readonly [number, ...number[]];
  /** The count is deleted after this long without an attempt. At least as long as the longest wait. */
  readonly forgetAfterMs: number;
}

export type AttemptOutcome =
  /** Counted; `count` is the number of attempts in a row. */
  | { readonly kind: 'taken'; readonly count: number }
  /** The attempt must wait. `isFirst` is true for exactly one of those refused during the same wait. */
  | { readonly kind: 'refused'; readonly retryAt: number; readonly isFirst: boolean };

/** Counts attempts in a row. The more there are, the longer the next one must wait. */
export interface AttemptStore {
  /**
   * Counts an attempt, unless the wait after the last one is not over. Of concurrent attempts, from other processes
   * too, each one taken MUST be counted before the next is decided: as many are taken as there are waits of 0, plus
   * one.
   */
  take(attempt: Attempt): Promise<AttemptOutcome>;
  /** Removes the last attempt under the key, and the wait after it. */
  refund(key: string, now: number): Promise<void>;
  /** Removes the attempts under these keys and, with `userId`, all attempts at this user's secrets. */
  clear(keys: readonly string[], userId?: string): Promise<void>;
}
