import type { RateLimitStore } from '../../ports/store/rate-limits.js';
import type { Tables } from './tables.js';

export function memoryRateLimits({ rateLimits }: Tables): RateLimitStore {
  return {
    async take({ key, now, intervalMs, burstMs }) {
      const heldUntil = Math.min(rateLimits.get(key)?.fullAt ?? now, now + burstMs);
      const fullAt = Math.max(heldUntil, now) + intervalMs;
      if (fullAt > now + burstMs) return { kind: 'refused', fullAt: heldUntil };
      rateLimits.replace({ id: key, fullAt });
      return { kind: 'taken', fullAt };
    },
  };
}
