import type { Context } from '../../context.js';
import { takeRateLimit } from './take-rate-limit.js';
import type { LimitSourceInput, RateLimitStatus } from './take-rate-limit.js';
import { tooManyRequests } from './too-many-requests.js';

export interface EnforceRateLimitInput extends LimitSourceInput {
  /** Gets the status of the source's limit, also if the request is refused for it. */
  readonly onRateLimit?: ((status: RateLimitStatus) => void) | undefined;
}

/** Counts a request of a source, and fails with `TOO_MANY_REQUESTS` if the source is at its limit (security.md L3). */
export async function enforceRateLimit(context: Context, { onRateLimit, ...input }: EnforceRateLimitInput): Promise<void> {
  const status = await takeRateLimit(context, input);
  if (status === null) return;
  onRateLimit?.(status);
  if (status.outcome.kind === 'refused') throw tooManyRequests(context, status.outcome.nextAt);
}
