/** At most `max` hits within any `windowMs`. A hit that is `windowMs` old no longer counts. */
export interface CounterLimit {
  readonly max: number;
  /** `null`: hits never expire. */
  readonly windowMs: number | null;
}

export type TakeOutcome =
  | { readonly kind: 'taken'; readonly hitId: string }
  /** When the next hit is allowed. `null`: not until the key is cleared. */
  | { readonly kind: 'refused'; readonly retryAt: number | null };

export interface CounterHit {
  readonly hitId: string;
  readonly key: string;
  readonly limits: readonly CounterLimit[];
  readonly now: number;
}

/** Limits how often an action may happen. Exact over sliding windows, for any number of concurrent hits. */
export interface CounterStore {
  /** Counts one hit under the key unless it would exceed a limit. A refused hit is not counted. */
  take(hit: CounterHit): Promise<TakeOutcome>;
  /** How many hits the key had after `since`. */
  count(key: string, since: number): Promise<number>;
  /** Removes one hit. */
  refund(hitId: string): Promise<void>;
  /** Removes every hit of the key. */
  clear(key: string): Promise<void>;
}
