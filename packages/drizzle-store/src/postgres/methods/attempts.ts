import type { Attempt, AttemptOutcome, AttemptStore } from '@sallyport/core';
import { type SQL, and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { DatabaseFault } from '../connection/faults.js';
import { query } from '../connection/query.js';
import { bound, boundJson, isOneOf, milliseconds, moment } from '../connection/values.js';
import type { Session } from '../session.js';

/**
 * One statement checks, decides on and counts an attempt. INSERT … ON CONFLICT DO UPDATE locks the row and reads its latest
 * version, so concurrent attempts are counted one after the other.
 */
export function attemptMethods({ db, schema }: Session): AttemptStore {
  const { attempts, users } = schema;
  const ofKey = eq(attempts.key, bound('key'));
  const returningRetryAt = { retryAt: milliseconds(attempts.retryAt) };
  const nextCount = sql`(case when ${attempts.expiresAt} <= ${moment('now')} then 1 else ${attempts.count} + 1 end)`;

  const take = query('attempts.take', () =>
    db
      .insert(attempts)
      .values({
        key: bound('key'),
        userId: sql`(select ${users.id} from ${users} where ${users.id} = ${bound('userId')})`,
        count: sql`1`,
        retryAt: afterWait(sql`1`),
        refusedAt: sql`null`,
        expiresAt: moment('expiresAt'),
      })
      .onConflictDoUpdate({
        target: attempts.key,
        set: {
          userId: sql`excluded.user_id`,
          count: nextCount,
          retryAt: afterWait(nextCount),
          refusedAt: sql`null`,
          expiresAt: moment('expiresAt'),
        },
        setWhere: sql`${attempts.retryAt} <= ${moment('now')} or ${attempts.expiresAt} <= ${moment('now')}`,
      })
      .returning({ count: attempts.count }),
  );
  const waiting = and(ofKey, gt(attempts.retryAt, moment('now')), gt(attempts.expiresAt, moment('now')));
  const refuse = query('attempts.take', () =>
    db
      .update(attempts)
      .set({ refusedAt: moment('now') })
      .where(and(waiting, isNull(attempts.refusedAt)))
      .returning(returningRetryAt),
  );
  const find = query('attempts.take', () => db.select(returningRetryAt).from(attempts).where(waiting));
  const refund = query('attempts.refund', () =>
    db
      .update(attempts)
      .set({
        count: sql`${attempts.count} - 1`,
        // The first attempt leaves a row equivalent to none; it is purged like a forgotten one.
        retryAt: sql`case when ${attempts.count} > 1 then least(${attempts.retryAt}, ${moment('now')}) else '-infinity' end`,
        expiresAt: sql`case when ${attempts.count} > 1 then ${attempts.expiresAt} else '-infinity' end`,
        refusedAt: sql`null`,
      })
      .where(and(ofKey, gt(attempts.count, 0))),
  );
  const clear = query('attempts.clear', () =>
    db.delete(attempts).where(or(isOneOf(attempts.key, 'keys'), eq(attempts.userId, bound('userId')))),
  );

  async function takeAttempt({ key, userId, now, waitsMs, forgetAfterMs }: Attempt): Promise<AttemptOutcome> {
    const [taken] = await take({ key, userId, now, waits: waitsMs, last: waitsMs.length, expiresAt: now + forgetAfterMs });
    if (taken !== undefined) return { kind: 'taken', count: taken.count };
    const [first] = await refuse({ key, now });
    const [refused] = first === undefined ? await find({ key, now }) : [first];
    // The wait was cleared concurrently: start again.
    if (refused === undefined) throw new DatabaseFault('conflict', 'ATTEMPT_ENDED');
    return { kind: 'refused', retryAt: refused.retryAt, isFirst: first !== undefined };
  }

  return {
    take: takeAttempt,
    refund: async (key, now) => void (await refund({ key, now })),
    clear: async (keys, userId) => void (await clear({ keys, userId: userId ?? null })),
  };
}

/** When the wait after this many attempts ends. The last wait of the list applies to all further attempts. */
function afterWait(count: SQL): SQL<number> {
  const index = sql`least(${count}, ${bound('last')}::integer) - 1`;
  return sql`${moment('now')} + (${boundJson('waits')} ->> (${index}))::float8 * interval '1 millisecond'`;
}
