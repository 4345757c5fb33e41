import type { Context } from '../../context.js';
import { keyedHash } from '../../crypto/keyed-hash.js';
import type { RateOutcome } from '../../ports/rate-limiter.js';
import { rateLimitSource } from '../../foundation/rate-limit-source.js';
import type { Limit, LimitName } from './options.js';

export interface LimitSourceInput {
  readonly name: LimitName;
  /** The address; `null` if the request has none although it should. */
  readonly ip: string | null;
}

/** A limit, and the status of a source under it after this request. */
export interface RateLimitStatus {
  readonly name: LimitName;
  readonly limit: Limit;
  readonly outcome: RateOutcome;
  readonly now: number;
}

/**
 * Counts a request of a source (security.md L3); `null` if sources are not limited. If the limiter fails, requests are not limited:
 * an outage of its service must not lock out all users, and passwords and codes have limits of their own.
 */
export async function takeRateLimit(context: Context, { name, ip }: LimitSourceInput): Promise<RateLimitStatus | null> {
  const { limiter, keyring, clock, limiterFailures } = context;
  const limit = limitOf(context, name);
  if (limit === null) return null;
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

/**
 * Counts a request to the application's own route, in this process only, even if the other limits are shared: it must not wait
 * for a database or network because of its limit.
 */
export function takeGuardLimit(context: Context, ip: string | null): RateLimitStatus | null {
  const limit = limitOf(context, 'guard');
  if (limit === null) return null;
  const now = context.clock.now();
  const hit = { name: 'guard', key: rateLimitSource(ip), points: limit.points, windowMs: limit.window, now };
  return { name: 'guard', limit, outcome: context.guardLimiter.take(hit), now };
}

/** `null` if sources are not limited. */
function limitOf({ settings }: Context, name: LimitName): Limit | null {
  const { enabled, source, limits } = settings.throttling;
  return enabled && source ? limits[name] : null;
}
