import type { AttemptStore } from '../../ports/store/attempts.js';
import type { Tables } from './tables.js';

export function memoryAttempts({ attempts, users }: Tables): AttemptStore {
  return {
    async take({ key, userId, now, waitsMs, forgetAfterMs }) {
      const known = attempts.get(key);
      const held = known !== undefined && now < known.expiresAt ? known : undefined;
      if (held !== undefined && now < held.retryAt) {
        const isFirst = held.refusedAt === null;
        if (isFirst) attempts.replace({ ...held, refusedAt: now });
        return { kind: 'refused', retryAt: held.retryAt, isFirst };
      }
      const count = (held?.count ?? 0) + 1;
      attempts.replace({
        id: key,
        userId: userId !== null && users.get(userId) !== undefined ? userId : null,
        count,
        retryAt: now + (waitsMs[Math.min(count, waitsMs.length) - 1] ?? 0),
        refusedAt: null,
        expiresAt: now + forgetAfterMs,
      });
      return { kind: 'taken', count };
    },
    async refund(key, now) {
      const held = attempts.get(key);
      if (held === undefined) return;
      if (held.count <= 1) attempts.delete(key);
      else attempts.replace({ ...held, count: held.count - 1, retryAt: Math.min(held.retryAt, now), refusedAt: null });
    },
    async clear(keys, userId) {
      for (const key of keys) attempts.delete(key);
      if (userId !== undefined) attempts.deleteBy('userId', userId);
    },
  };
}
