/** At most `max` hits within any `windowMs`. A hit that is `windowMs` old no longer counts. */
export interface CounterLimit {
  readonly max: number;
  /** `null`: hits count for ever. */
  readonly windowMs: number | null;
}

export type TakeOutcome =
  | { readonly kind: 'taken'; readonly hitId: string }
  /** When the next hit is allowed; `null`: never, until the key is cleared. */
  | { readonly kind: 'refused'; readonly retryAt: number | null };

export interface CounterHit {
  readonly hitId: string;
  readonly key: string;
  readonly limits: readonly CounterLimit[];
  readonly now: number;
}

/** Limits how often something may happen. Exact over sliding windows, for any number of hits at once. */
export interface CounterStore {
  /** Counts one hit under the key if no limit is exceeded by it. A refused hit is not counted. */
  take(hit: CounterHit): Promise<TakeOutcome>;
  /** How many hits the key had after `since`. */
  count(key: string, since: number): Promise<number>;
  /** Takes one hit back. */
  refund(hitId: string): Promise<void>;
  /** Forgets every hit of the key. */
  clear(key: string): Promise<void>;
}
