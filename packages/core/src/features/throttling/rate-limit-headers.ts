import type { RateLimitStatus } from './take-rate-limit.js';

/** Names of the headers, also used by the OpenAPI document. */
export const RATE_LIMIT = 'RateLimit';
export const RATE_LIMIT_POLICY = 'RateLimit-Policy';

export type RateLimitHeaders = Readonly<Partial<Record<typeof RATE_LIMIT | typeof RATE_LIMIT_POLICY, string>>>;

/**
 * The headers that tell a source about its limit, by draft-ietf-httpapi-ratelimit-headers-11. While requests are left, `t` is the
 * whole window, so that a client that spreads them over it never reaches the limit (8.5); otherwise it is the time until the next
 * one is allowed. An answer with a `Retry-After` for another reason has only the policy: the two must not differ (6).
 */
export function rateLimitHeaders(
  { name, limit, outcome, now }: RateLimitStatus,
  { hasOtherRetryAfter }: { readonly hasOtherRetryAfter: boolean },
): RateLimitHeaders {
  const windowSeconds = seconds(limit.window);
  const policy = { [RATE_LIMIT_POLICY]: `"${name}";q=${limit.points};w=${windowSeconds}` };
  if (hasOtherRetryAfter) return policy;
  const { remaining, nextAt } = outcome;
  const left = remaining > 0 ? windowSeconds : seconds(nextAt - now);
  return { ...policy, [RATE_LIMIT]: `"${name}";r=${remaining};t=${left}` };
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
