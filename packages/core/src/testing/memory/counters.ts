import type { CounterLimit, CounterStore } from '../../ports/store/counters.js';
import type { HitRecord, Tables } from './tables.js';

export function memoryCounters({ counters }: Tables): CounterStore {
  const latestFirst = (key: string): HitRecord[] => counters.by('key', key).toSorted((a, b) => b.at - a.at);

  return {
    async take({ hitId, key, limits, now }) {
      const hits = latestFirst(key);
      const ends = limits.flatMap((limit) => refusalEnd(hits, limit, now) ?? []);
      if (ends.length > 0) return { kind: 'refused', retryAt: finiteOrNull(Math.max(...ends)) };
      const longest = Math.max(0, ...limits.map(({ windowMs }) => windowMs ?? Infinity));
      counters.add({ id: hitId, key, at: now, expiresAt: finiteOrNull(now + longest) });
      return { kind: 'taken', hitId };
    },
    async count(key, since) {
      return counters.by('key', key).filter(({ at }) => at > since).length;
    },
    async refund(hitId) {
      counters.delete(hitId);
    },
    async clear(key) {
      counters.deleteBy('key', key);
    },
  };
}

/** When the limit allows the next hit, `Infinity` for never; `null` if it does now. */
function refusalEnd(hits: readonly HitRecord[], { max, windowMs }: CounterLimit, now: number): number | null {
  if (max <= 0) return Infinity;
  // Together with this hit the window is full. A later hit can only come from a clock that is ahead, and counts.
  const blocking = hits[max - 1];
  if (blocking === undefined) return null;
  const end = blocking.at + (windowMs ?? Infinity);
  return end > now ? end : null;
}

const finiteOrNull = (moment: number): number | null => (Number.isFinite(moment) ? moment : null);
