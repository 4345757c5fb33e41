import type { AttemptStore } from '@sallyport/core';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { bound, isOneOf, query } from './engine/query.js';
import type { Session } from './session.js';

export function attemptMethods({ db, schema }: Session): AttemptStore {
  const { attempts, users } = schema;
  const ofKey = eq(attempts.key, bound('key'));
  const ofUser = eq(attempts.userId, bound('userId'));
  const returningKey = { key: attempts.key };
  const nextCount = sql<number>`case when ${attempts.expiresAt} <= ${bound('now')} then 1 else ${attempts.count} + 1 end`;

  // One statement checks, decides and counts, so that it is atomic.
  const take = query('attempts.take', () =>
    db
      .insert(attempts)
      .values({
        key: bound('key'),
        userId: sql`(select ${users.id} from ${users} where ${users.id} = ${bound('userId')})`,
        count: sql`1`,
        retryAt: sql`${bound('now')} + ${waitAfter(sql`1`)}`,
        refusedAt: sql`null`,
        expiresAt: bound('expiresAt'),
      })
      .onConflictDoUpdate({
        target: attempts.key,
        set: {
          userId: sql`excluded.user_id`,
          count: nextCount,
          retryAt: sql`${bound('now')} + ${waitAfter(nextCount)}`,
          refusedAt: sql`null`,
          expiresAt: bound('expiresAt'),
        },
        setWhere: sql`${attempts.retryAt} <= ${bound('now')} or ${attempts.expiresAt} <= ${bound('now')}`,
      })
      .returning({ count: attempts.count }),
  );
  const refuse = query('attempts.take', () =>
    db
      .update(attempts)
      .set({ refusedAt: bound('now') })
      .where(and(ofKey, isNull(attempts.refusedAt)))
      .returning(returningKey),
  );
  const waiting = query('attempts.take', () => db.select({ retryAt: attempts.retryAt }).from(attempts).where(ofKey));
  const refund = query('attempts.refund', () =>
    db
      .update(attempts)
      .set({ count: sql`${attempts.count} - 1`, retryAt: sql`min(${attempts.retryAt}, ${bound('now')})`, refusedAt: sql`null` })
      .where(and(ofKey, gt(attempts.count, 1)))
      .returning(returningKey),
  );
  const clearKeys = query('attempts.clear', () => db.delete(attempts).where(isOneOf(attempts.key, 'keys')));
  const clearUser = query('attempts.clear', () => db.delete(attempts).where(ofUser));

  return {
    async take({ waitsMs, forgetAfterMs, ...attempt }) {
      const { key, now } = attempt;
      const [taken] = await take({ ...attempt, waits: JSON.stringify(waitsMs), last: waitsMs.length, expiresAt: now + forgetAfterMs });
      if (taken !== undefined) return { kind: 'taken', count: taken.count };
      const isFirst = (await refuse({ key, now })).length > 0;
      const [held] = await waiting({ key });
      return { kind: 'refused', retryAt: held?.retryAt ?? now, isFirst };
    },
    async refund(key, now) {
      if ((await refund({ key, now })).length === 0) await clearKeys({ keys: JSON.stringify([key]) });
    },
    async clear(keys, userId) {
      if (keys.length > 0) await clearKeys({ keys: JSON.stringify(keys) });
      if (userId !== undefined) await clearUser({ userId });
    },
  };
}

/** The wait after this many attempts. The last wait of the list applies to all further attempts. */
function waitAfter(count: ReturnType<typeof bound>): ReturnType<typeof bound> {
  // A bound number may be a REAL, and `$[3.0]` is not a valid path.
  return sql`json_extract(${bound('waits')}, '$[' || cast(min(${count}, ${bound('last')}) - 1 as integer) || ']')`;
}
