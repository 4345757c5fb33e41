import type { CounterHit, CounterLimit, CounterStore } from '@sallyport/core';
import { and, count, desc, eq, gt, sql } from 'drizzle-orm';
import { bound, query } from './engine/query.js';
import type { Session } from './session.js';

/** Earlier than any hit. */
const SINCE_EVER = Number.MIN_SAFE_INTEGER;

export function counterMethods({ db, schema }: Session): CounterStore {
  const { counters } = schema;
  const ofKey = eq(counters.key, bound('key'));
  const since = gt(counters.at, bound('since'));
  const returningId = { id: counters.id };

  const insert = query('counters.take', () =>
    db
      .insert(counters)
      .select(
        // One statement counts and adds, so that it is atomic. A hit from a clock that is ahead counts too.
        sql`select ${bound('id')}, ${bound('key')}, ${bound('now')}, ${bound('expiresAt')} where not exists (
          select 1 from json_each(${bound('limits')}) as held where held.value ->> 'max' <= (
            select count(*) from ${counters} as hit where hit.key = ${bound('key')} and hit.at > held.value ->> 'since'))`,
      )
      .returning(returningId),
  );
  const blocking = query('counters.take', () =>
    db
      .select({ at: counters.at })
      .from(counters)
      .where(and(ofKey, since))
      .orderBy(desc(counters.at))
      .limit(1)
      .offset(sql.placeholder('newer')),
  );
  const countSince = query('counters.count', () => db.select({ hits: count() }).from(counters).where(and(ofKey, since)));
  const refund = query('counters.refund', () => db.delete(counters).where(eq(counters.id, bound('id'))));
  const clear = query('counters.clear', () => db.delete(counters).where(ofKey));

  /** When the limit allows the next hit; `Infinity` for never; no row if it allows one now. */
  const refusalEnds = async ({ key, now }: CounterHit, { max, windowMs }: CounterLimit): Promise<number[]> => {
    if (max <= 0) return [Infinity];
    const [hit] = await blocking({ key, since: sinceOf(windowMs, now), newer: max - 1 });
    return hit === undefined ? [] : [hit.at + (windowMs ?? Infinity)];
  };

  return {
    async take(hit) {
      const { hitId, key, now } = hit;
      const limits = hit.limits.map(({ max, windowMs }) => ({ max, since: sinceOf(windowMs, now) }));
      const longest = Math.max(0, ...hit.limits.map(({ windowMs }) => windowMs ?? Infinity));
      const values = { id: hitId, key, now, expiresAt: finiteOrNull(now + longest), limits: JSON.stringify(limits) };
      if ((await insert(values)).length > 0) return { kind: 'taken', hitId };
      const ends: number[] = [];
      for (const limit of hit.limits) ends.push(...(await refusalEnds(hit, limit)));
      return { kind: 'refused', retryAt: finiteOrNull(Math.max(...ends)) };
    },
    count: async (key, after) => (await countSince({ key, since: after }))[0]?.hits ?? 0,
    refund: async (hitId) => void (await refund({ id: hitId })),
    clear: async (key) => void (await clear({ key })),
  };
}

const sinceOf = (windowMs: number | null, now: number): number => (windowMs === null ? SINCE_EVER : now - windowMs);

const finiteOrNull = (moment: number): number | null => (Number.isFinite(moment) ? moment : null);
