/** At most `max` hits in any stretch of `windowMs`: one that is `windowMs` old no longer counts. */
export interface CounterLimit {
  readonly max: number;
  /** `null`: for ever. */
  readonly windowMs: number | null;
}

export type TakeOutcome =
  | { readonly kind: 'taken'; readonly hitId: string }
  /** When the next hit will be let through; `null`: never by itself. */
  | { readonly kind: 'refused'; readonly retryAt: number | null };

export interface CounterHit {
  readonly hitId: string;
  readonly key: string;
  readonly limits: readonly CounterLimit[];
  readonly now: number;
}

/** Counts what may happen only so often: exact over sliding windows, whatever number of hits come at once. */
export interface CounterStore {
  /** Counts one hit under the key if that keeps every limit. A refused one is not counted. */
  take(hit: CounterHit): Promise<TakeOutcome>;
  /** How many hits the key has had after `since`. */
  count(key: string, since: number): Promise<number>;
  /** Takes one hit back. */
  refund(hitId: string): Promise<void>;
  /** Forgets every hit of the key. */
  clear(key: string): Promise<void>;
  /** Deletes at most `limit` hits that none of the limits they were taken under holds at `now`; says how many. */
  purge(now: number, limit: number): Promise<number>;
}
