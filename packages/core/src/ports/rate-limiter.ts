import type { ServiceCondition } from './service-condition.js';

/** One request, counted under its key. */
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
  /** The name of the implementation, such as `'memory'`, `'store'` or `'redis'`. */
  readonly kind: string;
  /** Whether all processes count together. One that is not shared lets each process allow the full limit. */
  readonly shared: boolean;
  /** Counts the hit if the limit allows it. Where it throws, core lets the request through. */
  take(hit: RateHit): RateOutcome | Promise<RateOutcome>;
  /** Calls `listener` when the service that it counts with becomes unreachable or reachable. Called once, by `createAuth`. */
  onReachable?(listener: (isReachable: boolean) => void): void;
  /** Never rejects, and answers within a few seconds. */
  inspect?(): Promise<ServiceCondition>;
  /** Closes what it opened. Called by `auth.close()`. */
  close?(): Promise<void>;
}
