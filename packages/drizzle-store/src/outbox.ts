import type { OutboxStore } from '@sallyport/core';
import { and, asc, count, eq, gt, gte, inArray, lte, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import { newestFirst } from './newest-first.js';
import { dueAt, isWaiting } from './tables/outbox.js';
import type { Session } from './session.js';

export function outboxMethods({ db, schema }: Session): OutboxStore {
  const { outbox } = schema;
  const leaseHolds = and(eq(outbox.id, bound('id')), eq(outbox.leasedUntil, bound('leasedUntil')));
  const returningId = { id: outbox.id };

  const insert = query('outbox.insert', () => db.insert(outbox).values(boundRow(outbox)));
  const list = query('outbox.list', () =>
    db.select().from(outbox).where(eq(outbox.userId, bound('userId'))),
  );
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
      .where(and(isWaiting, lte(dueAt, bound('now'))))
      .orderBy(asc(dueAt), asc(outbox.id))
      .limit(sql.placeholder('limit'));
  const markSent = query('outbox.release', () =>
    db
      .update(outbox)
      .set({ leasedUntil: null, sentAt: bound('at'), sealedMessage: '' })
      .where(leaseHolds)
      .returning(returningId),
  );
  const retryAt = query('outbox.release', () =>
    db.update(outbox).set({ leasedUntil: null, nextAttemptAt: bound('at') }).where(leaseHolds).returning(returningId),
  );
  const markDead = query('outbox.release', () =>
    db.update(outbox).set({ leasedUntil: null, deadAt: bound('at') }).where(leaseHolds).returning(returningId),
  );
  const releases = { sent: markSent, retry: retryAt, dead: markDead };
  const nextDue = query('outbox.nextDue', () =>
    db.select({ due: sql<number | null>`min(${dueAt})` }).from(outbox).where(isWaiting),
  );
  const backlog = query('outbox.backlog', () =>
    db.select({ waiting: count(), oldestAt: sql<number | null>`min(created_at)` }).from(firstDue()),
  );
  const firstDue = () =>
    db
      .select({ createdAt: outbox.createdAt })
      .from(outbox)
      // Every message has a due time. This condition makes SQLite use the index.
      .where(and(isWaiting, gte(dueAt, 0)))
      .orderBy(asc(dueAt))
      .limit(sql.placeholder('limit'))
      .as('first_due');
  const countDead = query('outbox.countDead', () =>
    db.select({ dead: count() }).from(outbox).where(gt(outbox.deadAt, bound('since'))),
  );

  return {
    insert: async (message) => void (await insert({ ...message })),
    list: async (userId) => newestFirst(await list({ userId })),
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
