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

/** When the limit lets the next hit through, `Infinity` for never; `null` where it does so now. */
function refusalEnd(hits: readonly HitRecord[], { max, windowMs }: CounterLimit, now: number): number | null {
  if (max <= 0) return Infinity;
  // With this one in the window, it is full. A later one can only be of a clock that is ahead, and counts.
  const blocking = hits[max - 1];
  if (blocking === undefined) return null;
  const end = blocking.at + (windowMs ?? Infinity);
  return end > now ? end : null;
}

const finiteOrNull = (moment: number): number | null => (Number.isFinite(moment) ? moment : null);
