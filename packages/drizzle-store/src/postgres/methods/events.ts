import type { EventStore, Page } from '@sallyport/core';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';

/** Somebody who did much to others has many: no statement may take as long as all of them. */
const ANONYMIZED_AT_ONCE = 5_000;

/** Events are added and read, by one statement each. */
export function eventMethods(session: Session): EventStore {
  const { db, schema } = session;
  const { events } = schema;
  const columns = recordColumns(events);
  const ofUser = eq(events.userId, bound('userId'));
  const ofActor = and(eq(events.actorId, bound('userId')), sql`${events.userId} is distinct from ${bound('userId')}`);

  const append = query('events.append', () => db.insert(events).values(boundRow(events)));
  const pages = (whose: typeof ofActor) => {
    const page = (before: typeof ofActor) =>
      query('events.list', () =>
        db.select(columns).from(events).where(and(whose, before)).orderBy(desc(events.id)).limit(sql.placeholder('limit')),
      );
    const [first, next] = [page(undefined), page(lt(events.id, bound('beforeId')))];
    return async (userId: string, { limit, beforeId }: Page) =>
      beforeId === undefined ? first({ userId, limit }) : next({ userId, limit, beforeId });
  };
  const anonymize = query('events.anonymize', () =>
    db
      .update(events)
      .set({ ip: null, userAgent: null })
      .where(
        sql`${events.id} = any(array(
          select id from ${events} where (user_id = ${bound('userId')} or actor_id = ${bound('userId')})
          and (ip is not null or user_agent is not null) limit ${ANONYMIZED_AT_ONCE}))`,
      )
      .returning({ id: events.id }),
  );

  return {
    append: async (event) => void (await append({ ...event })),
    list: pages(ofUser),
    listByActor: pages(ofActor),
    anonymize: async (userId) =>
      session.atomically(async () => {
        for (let changed = ANONYMIZED_AT_ONCE; changed === ANONYMIZED_AT_ONCE; ) {
          changed = (await anonymize({ userId })).length;
        }
      }),
  };
}
