import type { OutboxStore } from '@sallyport/core';
import { and, asc, count, desc, eq, gt, lte, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, milliseconds, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { dueAt, isWaiting } from '../tables/outbox.js';

/** Each method is one atomic statement. A lease that another worker has taken over no longer matches. */
export function outboxMethods({ db, schema }: Session): OutboxStore {
  const { outbox } = schema;
  const columns = recordColumns(outbox);
  const returningId = { id: outbox.id };
  const leaseHolds = and(eq(outbox.id, bound('id')), eq(outbox.leasedUntil, moment('leasedUntil')));

  const insert = query('outbox.insert', () => db.insert(outbox).values(boundRow(outbox)));
  const list = query('outbox.list', () => db.select(columns).from(outbox).where(eq(outbox.userId, bound('userId'))).orderBy(desc(outbox.id)));
  // Workers skip messages that others are leasing, so that none waits and none leases the same message.
  const due = () =>
    db
      .select(returningId)
      .from(outbox)
      .where(and(isWaiting, lte(dueAt, moment('now'))))
      .orderBy(asc(dueAt), asc(outbox.id))
      .limit(sql.placeholder('limit'))
      .for('update', { skipLocked: true });
  const lease = query('outbox.lease', () =>
    db
      .update(outbox)
      .set({ leasedUntil: moment('until'), attempts: sql`${outbox.attempts} + 1` })
      .where(sql`${outbox.id} = any(array(${due()}))`)
      .returning(columns),
  );
  const release = (outcome: Parameters<ReturnType<typeof db.update<typeof outbox>>['set']>[0]) =>
    query('outbox.release', () => db.update(outbox).set({ leasedUntil: null, ...outcome }).where(leaseHolds).returning(returningId));
  const releases = {
    sent: release({ sentAt: moment('at'), sealedMessage: '' }),
    retry: release({ nextAttemptAt: moment('at') }),
    dead: release({ deadAt: moment('at') }),
  };
  const nextDue = query('outbox.nextDue', () =>
    db.select({ due: milliseconds(dueAt) }).from(outbox).where(isWaiting).orderBy(asc(dueAt), asc(outbox.id)).limit(1),
  );
  const firstDue = () =>
    db
      .select({ createdAt: outbox.createdAt })
      .from(outbox)
      .where(isWaiting)
      .orderBy(asc(dueAt), asc(outbox.id))
      .limit(sql.placeholder('limit'))
      .as('first_due');
  const backlog = query('outbox.backlog', () =>
    db.select({ waiting: count(), oldestAt: milliseconds(sql`min(created_at)`) }).from(firstDue()),
  );
  const countDead = query('outbox.countDead', () =>
    db.select({ dead: count() }).from(outbox).where(gt(outbox.deadAt, moment('since'))),
  );

  return {
    insert: async (message) => void (await insert({ ...message })),
    list: async (userId) => list({ userId }),
    async lease(claim) {
      const leased = await lease({ ...claim });
      // The rows of an UPDATE are returned in no particular order.
      return leased.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    },
    release: async (held, { kind, at }) => (await releases[kind]({ ...held, at })).length > 0,
    nextDue: async () => (await nextDue({}))[0]?.due ?? null,
    backlog: async (limit) => (await backlog({ limit }))[0] ?? { waiting: 0, oldestAt: null },
    countDead: async (since) => (await countDead({ since }))[0]?.dead ?? 0,
  };
}
