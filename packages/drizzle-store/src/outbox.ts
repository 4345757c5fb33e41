import type { OutboxStore } from '@sallyport/core';
import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { type Db, bound, boundRow, query } from './engine/query.js';
import { isWaiting, outbox } from './tables/outbox.js';

export function outboxVerbs(db: Db): OutboxStore {
  const waiting = isWaiting(outbox);
  const leaseHolds = and(eq(outbox.id, bound('id')), eq(outbox.leasedUntil, bound('leasedUntil')));
  const returningId = { id: outbox.id };

  const insert = query('outbox.insert', () => db.insert(outbox).values(boundRow(outbox)));
  const lease = query('outbox.lease', () =>
    db
      .update(outbox)
      .set({ leasedUntil: bound('until'), attempts: sql`${outbox.attempts} + 1` })
      .where(inArray(outbox.id, due()))
      .returning(),
  );
  const due = () =>
    db
      .select(returningId)
      .from(outbox)
      .where(
        and(
          waiting,
          lte(outbox.nextAttemptAt, bound('now')),
          or(isNull(outbox.leasedUntil), lte(outbox.leasedUntil, bound('now'))),
        ),
      )
      .orderBy(asc(outbox.nextAttemptAt), asc(outbox.id))
      .limit(sql.placeholder('limit'));
  const markSent = query('outbox.markSent', () =>
    db
      .update(outbox)
      .set({ leasedUntil: null, sentAt: bound('at'), sealedMessage: '' })
      .where(leaseHolds)
      .returning(returningId),
  );
  const retryAt = query('outbox.retryAt', () =>
    db.update(outbox).set({ leasedUntil: null, nextAttemptAt: bound('at') }).where(leaseHolds).returning(returningId),
  );
  const bury = query('outbox.bury', () =>
    db.update(outbox).set({ leasedUntil: null, deadAt: bound('at') }).where(leaseHolds).returning(returningId),
  );
  // In one statement: a message that moved from the one group to the other between two would be in neither.
  const nextDue = query('outbox.nextDue', () =>
    db
      .select({ due: sql<number | null>`min(${outbox.nextAttemptAt})` })
      .from(outbox)
      .where(and(waiting, isNull(outbox.leasedUntil)))
      .unionAll(
        db
          .select({ due: sql<number | null>`min(max(${outbox.leasedUntil}, ${outbox.nextAttemptAt}))` })
          .from(outbox)
          .where(and(waiting, isNotNull(outbox.leasedUntil))),
      ),
  );
  const purge = query('outbox.purge', () =>
    db.delete(outbox).where(inArray(outbox.id, over())).returning(returningId),
  );
  const over = () =>
    db
      .select(returningId)
      .from(outbox)
      .where(or(lt(outbox.sentAt, bound('before')), lt(outbox.deadAt, bound('before'))))
      .limit(sql.placeholder('limit'));

  return {
    insert: async (message) => void (await insert({ ...message })),
    async lease(claim) {
      const leased = await lease({ ...claim });
      // The rows of an UPDATE come in no order.
      return leased.toSorted((a, b) => a.nextAttemptAt - b.nextAttemptAt || (a.id < b.id ? -1 : 1));
    },
    markSent: async (held, at) => (await markSent({ ...held, at })).length > 0,
    retryAt: async (held, at) => (await retryAt({ ...held, at })).length > 0,
    bury: async (held, at) => (await bury({ ...held, at })).length > 0,
    async nextDue() {
      const moments = (await nextDue({})).flatMap(({ due: moment }) => moment ?? []);
      return moments.length > 0 ? Math.min(...moments) : null;
    },
    purge: async (before, limit) => (await purge({ before, limit })).length,
  };
}
