/** One request of many, by whoever the key stands for. */
export interface RateHit {
  /** Which limit it counts against, such as `'login'`. There are few of them. */
  readonly name: string;
  /** Who is limited. It holds no address: core hashes those with a key of its own. */
  readonly key: string;
  /** So many at once, and from then on one every `windowMs / points`, rounded up to a whole millisecond. */
  readonly points: number;
  readonly windowMs: number;
  readonly now: number;
}

export type RateOutcome =
  /** `remaining`: how many more would be let through at this moment. */
  | { readonly kind: 'taken'; readonly remaining: number; readonly nextAt: number }
  /** `nextAt`: when the next one will be let through, if none comes in between. */
  | { readonly kind: 'refused'; readonly remaining: 0; readonly nextAt: number };

/**
 * Limits how often something may happen (security.md L3), by the generic cell rate algorithm: one number for each key and
 * exact at any moment. `describeLimiterContract` of `@sallyport/core/testing` proves an implementation.
 *
 * - Of hits at the same moment, however many and from wherever, exactly as many MUST be taken as the key has left.
 * - A refused hit MUST NOT count.
 * - A clock that went back MUST NOT make anybody wait for longer than the limit's window.
 */
export interface RateLimiter {
  /** What it is, for people: `'memory'`, `'store'`. */
  readonly kind: string;
  /** Whether all processes count together. One that is not shared lets each process allow the full limit. */
  readonly shared: boolean;
  /** Counts the hit if the limit allows it. Where it throws, core lets the request through. */
  take(hit: RateHit): RateOutcome | Promise<RateOutcome>;
}
