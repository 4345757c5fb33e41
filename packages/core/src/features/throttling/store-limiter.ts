import { ConfigError } from '../../errors.js';
import { orAwait } from '../../foundation/or-await.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';
import type { AuthStore } from '../../ports/store/store.js';
import { outcomeOf, paceOf } from './gcra.js';

/**
 * A rate limiter in the store: it counts over all processes and survives restarts, at the cost of one write per request. With one
 * process, or if every process may allow the full limit, the one in memory is the better choice. Throws
 * `ConfigError` if the store counts none.
 */
export function createStoreLimiter(store: Pick<AuthStore, 'rateLimits'>): RateLimiter {
  const rateLimits = partOf(store);
  if (rateLimits === undefined) {
    const isStore = typeof store === 'object' && store !== null;
    const message = orAwait(isStore ? 'this store has no rateLimits: use createMemoryLimiter()' : 'createStoreLimiter needs the store: createStoreLimiter(store)')({ input: store });
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

/** JavaScript callers can leave the store out. */
function partOf(store: Pick<AuthStore, 'rateLimits'> | null | undefined): AuthStore['rateLimits'] {
  return store?.rateLimits;
}
