import type { RateLimiter } from '../../ports/rate-limiter.js';
import type { AuthStore } from '../../ports/store/store.js';
import { outcomeOf, paceOf } from './gcra.js';

/**
 * A rate limiter in the store: it holds over all processes and outlives them, at the price of one write a request. Where
 * there is one process, or where every process may allow the full limit, the one in memory is the better choice.
 */
export function createStoreLimiter(store: Pick<AuthStore, 'rateLimits'>): RateLimiter {
  return {
    kind: 'store',
    shared: true,
    async take({ name, key, now, ...limit }) {
      const pace = paceOf(limit);
      const { kind, fullAt } = await store.rateLimits.take({ key: `${name}:${key}`, now, ...pace });
      return outcomeOf(kind, { fullAt, now, pace });
    },
  };
}
