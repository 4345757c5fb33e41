import type { RateLimitStore } from '../../ports/store/rate-limits.js';
import type { Tables } from './tables.js';

export function memoryRateLimits({ rateLimits }: Tables): RateLimitStore {
  return {
    async take({ key, now, intervalMs, burstMs }) {
      const heldUntil = Math.min(rateLimits.get(key)?.fullAt ?? now, now + burstMs);
      const fullAt = Math.max(heldUntil, now) + intervalMs;
      const isTaken = fullAt <= now + burstMs;
      // The stored time is never further ahead than the burst, even after the clock went back.
      rateLimits.replace({ id: key, fullAt: isTaken ? fullAt : heldUntil });
      return isTaken ? { kind: 'taken', fullAt } : { kind: 'refused', fullAt: heldUntil };
    },
  };
}
