import type { EventStore } from '@sallyport/core';
import { type SQL, and, asc, eq, gt, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';

type AnonymizationMethods = Pick<EventStore, 'requestAnonymization' | 'listAnonymizations' | 'anonymize' | 'completeAnonymization'>;

/** Events that the user caused for others or for no account, in the expression of the index on these events. */
export const isActorEvent: SQL = sql`user_id is distinct from actor_id`;

export function anonymizationMethods({ db, schema }: Session): AnonymizationMethods {
  const { anonymizations, events } = schema;
  const userId = bound<string>('userId');

  const request = query('events.requestAnonymization', () =>
    db.insert(anonymizations).values({ userId, requestedAt: moment('requestedAt') }).onConflictDoNothing(),
  );
  const list = query('events.listAnonymizations', () =>
    db.select(recordColumns(anonymizations)).from(anonymizations).orderBy(asc(anonymizations.requestedAt)).limit(sql.placeholder('limit')),
  );
  const complete = query('events.completeAnonymization', () => db.delete(anonymizations).where(eq(anonymizations.userId, userId)));
  const anonymizeOf = (whose: SQL | undefined) => {
    const some = () =>
      db
        .select({ id: events.id })
        .from(events)
        .where(and(whose, gt(events.id, bound('afterId'))))
        .orderBy(asc(events.id))
        .limit(sql.placeholder('limit'));
    return query('events.anonymize', () =>
      db
        .update(events)
        .set({ ip: null, userAgent: null })
        .where(sql`${events.id} = any(array(${some()}))`)
        .returning({ id: events.id }),
    );
  };
  const anonymize = {
    subject: anonymizeOf(and(eq(events.userId, userId), sql`(${events.actorId} is null or ${events.actorId} = ${userId})`)),
    actor: anonymizeOf(and(eq(events.actorId, userId), isActorEvent)),
  };

  return {
    requestAnonymization: async (pending) => void (await request({ ...pending })),
    listAnonymizations: async (limit) => list({ limit }),
    async anonymize({ role, ...batch }) {
      // The rows of an UPDATE are returned in no particular order.
      const ids = (await anonymize[role]({ ...batch })).map(({ id }) => id).toSorted();
      return ids.length < batch.limit ? null : (ids.at(-1) ?? null);
    },
    completeAnonymization: async (id) => void (await complete({ userId: id })),
  };
}
