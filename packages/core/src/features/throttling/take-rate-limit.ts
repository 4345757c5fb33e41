import type { Context } from '../../context.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import type { RateLimiter, RateOutcome } from '../../ports/rate-limiter.js';
import { rateLimitSource } from '../../foundation/rate-limit-source.js';
import type { Limit, LimitName } from './options.js';

export interface LimitSourceInput {
  readonly name: LimitName;
  /** The address; `null` if the request has none although it should. */
  readonly ip: string | null;
  /** Where it is counted. Default: where the limits of the routes are. */
  readonly limiter?: RateLimiter;
}

/** A limit, and how a source stands with it after this request. */
export interface RateLimitStatus {
  readonly name: LimitName;
  readonly limit: Limit;
  readonly outcome: RateOutcome;
  readonly now: number;
}

/**
 * Counts a request of a source (security.md L3); `null` if sources are not limited. If the limiter fails, requests are not limited:
 * what it runs on must not be able to lock everybody out, and passwords and codes are guarded without it.
 */
export async function takeRateLimit(
  { settings, limiter: shared, keyring, clock, limiterFailures }: Context,
  { name, ip, limiter = shared }: LimitSourceInput,
): Promise<RateLimitStatus | null> {
  const { enabled, source: isOn, limits } = settings.throttling;
  if (!enabled || !isOn) return null;
  const limit = limits[name];
  const now = clock.now();
  const source = rateLimitSource(ip);
  // No address leaves the process in plain text.
  const key = limiter.shared ? keyedHash(keyring, { label: 'source', value: source }) : source;
  try {
    const outcome = await limiter.take({ name, key, points: limit.points, windowMs: limit.window, now });
    return { name, limit, outcome, now };
  } catch (error) {
    limiterFailures.report(error);
    return null;
  }
}
