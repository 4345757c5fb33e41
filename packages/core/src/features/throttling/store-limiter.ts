import { ConfigError } from '../../errors.js';
import { orAwait } from '../../foundation/or-await.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import type { AuthStore } from '../../ports/store/store.js';
import { outcomeOf, paceOf } from './gcra.js';

/**
 * A rate limiter in the store: it holds over all processes and outlives them, at the price of one write a request. Where
 * there is one process, or where every process may allow the full limit, the one in memory is the better choice.
 */
export function createStoreLimiter(store: Pick<AuthStore, 'rateLimits'>): RateLimiter {
  const { rateLimits } = store;
  if (rateLimits === undefined) {
    const message = orAwait('this store has no rateLimits: use createMemoryLimiter()')({ input: store });
    throw new ConfigError([{ path: 'throttling.limiter', message }]);
  }
  return {
    kind: 'store',
    shared: true,
    async take({ name, key, now, ...limit }) {
      const pace = paceOf(limit);
      const { kind, fullAt } = await rateLimits.take({ key: `${name}:${key}`, now, ...pace });
      return outcomeOf(kind, { fullAt, now, pace });
    },
  };
}
