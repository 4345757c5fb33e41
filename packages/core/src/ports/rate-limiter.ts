import type { ServiceCondition } from './service-condition.js';

/** One request, counted under its key. */
export interface RateHit {
  /** The limit that it counts against, such as `'login'`. There are few of them. */
  readonly name: string;
  /** The client that is limited. Not an address: core hashes addresses with its own key. */
  readonly key: string;
  /** Allows this many at once, and then one every `windowMs / points`, rounded up to a whole millisecond. */
  readonly points: number;
  readonly windowMs: number;
  readonly now: number;
}

export type RateOutcome =
  /** `remaining`: how many more would be allowed now. */
  | { readonly kind: 'taken'; readonly remaining: number; readonly nextAt: number }
  /** `nextAt`: when the next one will be allowed, if none is taken before. */
  | { readonly kind: 'refused'; readonly remaining: 0; readonly nextAt: number };

/**
 * Limits how often an action may happen (security.md L3), by the generic cell rate algorithm: one number per key, exact
 * at any time. `describeLimiterContract` of `@sallyport/core/testing` tests an implementation.
 *
 * - Of concurrent hits, from any number of processes, exactly as many MUST be taken as the key has left.
 * - A refused hit MUST NOT count.
 * - If the clock goes back, a client MUST NOT have to wait longer than the limit's window.
 */
export interface RateLimiter {
  /** The name of the implementation, such as `'memory'`, `'store'` or `'redis'`. */
  readonly kind: string;
  /** Whether all processes count together. If not, each process allows the full limit. */
  readonly shared: boolean;
  /** Counts the hit if the limit allows it. If it throws, core allows the request. */
  take(hit: RateHit): RateOutcome | Promise<RateOutcome>;
  /** Calls `listener` when the service behind it becomes unreachable or reachable. Called once, by `createAuth`. */
  onReachable?(listener: (isReachable: boolean) => void): void;
  /** Never rejects, and answers within a few seconds. */
  inspect?(): Promise<ServiceCondition>;
  /** Closes the resources that it opened. Called by `auth.close()`. */
  close?(): Promise<void>;
}

/** Counts in this process, so the answer is there at once. */
export interface LocalRateLimiter extends RateLimiter {
  take(hit: RateHit): RateOutcome;
}
