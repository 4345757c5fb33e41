/** A try at a secret, such as a password, that people choose and others may guess at. */
export interface Attempt {
  /** What is tried, and from where: tries under one key are counted together. */
  readonly key: string;
  /** Whose secret it is, if anybody's: the count goes when they go. */
  readonly userId: string | null;
  readonly now: number;
  /** How long the next try has to wait after the first, the second, and so on; the last goes for all that follow. */
  readonly waitsMs: readonly [number, ...number[]];
  /** A count that was not added to for so long is forgotten. At least as long as the longest wait. */
  readonly forgetAfterMs: number;
}

export type AttemptOutcome =
  /** The try was counted, as the so-manieth in a row. */
  | { readonly kind: 'taken'; readonly count: number }
  /** It has to wait; `isFirst` for one, and one only, of those that are refused in the same wait. */
  | { readonly kind: 'refused'; readonly retryAt: number; readonly isFirst: boolean };

/** Counts tries in a row, and makes the next one wait the longer the more there were. */
export interface AttemptStore {
  /**
   * Counts a try, unless the last one's wait goes on. However many come at once, from other processes too: each that is
   * taken MUST be counted before the next is decided on, so that as many are taken as there are waits of 0, and one more.
   */
  take(attempt: Attempt): Promise<AttemptOutcome>;
  /** Takes back the last try under the key, and the wait after it: it came to nothing. */
  refund(key: string, now: number): Promise<void>;
  /** Forgets every try under the key. */
  clear(key: string): Promise<void>;
  /** Forgets every try at the user's secrets, and every one under these keys. */
  clearAll(userId: string, keys: readonly string[]): Promise<void>;
  /** Deletes at most `limit` counts that are forgotten at `now`; says how many. */
  purge(now: number, limit: number): Promise<number>;
}
