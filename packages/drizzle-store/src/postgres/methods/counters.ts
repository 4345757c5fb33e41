import type { CounterHit, CounterLimit, CounterStore } from '@sallyport/core';
import { and, count, desc, eq, gt, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundJson, milliseconds, moment } from '../connection/values.js';
import type { Session } from '../session.js';
import { toTimestamp } from '../tables/instant.js';
import { lockName } from './locks.js';

/** Earlier than any hit. */
const SINCE_EVER = '-infinity';

/**
 * Hits of one key run one at a time, under a lock on the key: under Read Committed, concurrent ones would not see each other.
 * Counting in a transaction takes the lock too, so that the count still holds when the transaction adds a hit.
 */
export function counterMethods(session: Session): CounterStore {
  const { db, isInTransaction, schema } = session;
  const { counters } = schema;
  const ofKey = eq(counters.key, bound('key'));
  const since = gt(counters.at, sql`${bound('since')}::timestamptz`);

  const lock = lockName(session, 'counters.take');
  const lockKey = async (key: string): Promise<unknown> => lock({ name: `counter ${key}` });
  const insert = query('counters.take', () =>
    db
      .insert(counters)
      .select(
        sql`select ${bound('id')}, ${bound('key')}, ${moment('now')}, ${moment('expiresAt')} where not exists (
          select 1 from json_to_recordset(${boundJson('limits')}) as held(max float8, since timestamptz) where held.max <= (
            select count(*) from ${counters} as hit where hit.key = ${bound('key')} and hit.at > held.since))`,
      )
      .returning({ id: counters.id }),
  );
  const blocking = query('counters.take', () =>
    db
      .select({ at: milliseconds(counters.at) })
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
    take: async (hit) =>
      session.atomically(async () => {
        const { hitId, key, now } = hit;
        await lockKey(key);
        const limits = hit.limits.map(({ max, windowMs }) => ({ max, since: sinceOf(windowMs, now) }));
        const longest = Math.max(0, ...hit.limits.map(({ windowMs }) => windowMs ?? Infinity));
        const taken = await insert({ id: hitId, key, now, expiresAt: finiteOrNull(now + longest), limits });
        if (taken.length > 0) return { kind: 'taken', hitId };
        const ends: number[] = [];
        for (const limit of hit.limits) ends.push(...(await refusalEnds(hit, limit)));
        return { kind: 'refused', retryAt: finiteOrNull(Math.max(...ends)) };
      }),
    async count(key, after) {
      if (isInTransaction) await lockKey(key);
      return (await countSince({ key, since: toTimestamp(after) }))[0]?.hits ?? 0;
    },
    refund: async (hitId) => void (await refund({ id: hitId })),
    clear: async (key) => void (await clear({ key })),
  };
}

const sinceOf = (windowMs: number | null, now: number): string => (windowMs === null ? SINCE_EVER : toTimestamp(now - windowMs));

const finiteOrNull = (at: number): number | null => (Number.isFinite(at) ? at : null);
