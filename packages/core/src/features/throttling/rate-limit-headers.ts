import type { RateLimitStatus } from './take-rate-limit.js';

/** Names of the headers, as the OpenAPI document tells of them too. */
export const RATE_LIMIT = 'RateLimit';
export const RATE_LIMIT_POLICY = 'RateLimit-Policy';

export type RateLimitHeaders = Readonly<Partial<Record<typeof RATE_LIMIT | typeof RATE_LIMIT_POLICY, string>>>;

/**
 * What a source is told of its limit, by draft-ietf-httpapi-ratelimit-headers-11. `t` is the whole window while there is
 * something left, so that a client which spreads what it has over it never meets the limit (8.5), and else the time until
 * there is. An answer that says for another reason when to come back holds the policy alone: the two must not differ (6).
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
