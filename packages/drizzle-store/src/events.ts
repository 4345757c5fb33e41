import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { EventStore } from '@sallyport/core';
import { and, asc, desc, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import type { Session } from './session.js';

/** After every ULID. */
const AFTER_ALL = '~';

/** Who has done much for others has left many, and SQLite stops the process while it changes them. */
const FORGOTTEN_AT_ONCE = 500;

export function eventMethods({ db, schema }: Session): EventStore {
  const { events } = schema;
  const ofUser = eq(events.userId, bound('userId'));

  const append = query('events.append', () =>
    // Drizzle would encode a bound `null` as the JSON text `null`.
    db.insert(events).values({ ...boundRow(events), detail: bound('detail') }),
  );
  const list = query('events.list', () =>
    db
      .select()
      .from(events)
      .where(and(ofUser, lt(events.id, bound('beforeId'))))
      .orderBy(desc(events.id))
      .limit(sql.placeholder('limit')),
  );
  const listByActor = query('events.listByActor', () =>
    db
      .select()
      .from(events)
      .where(
        and(eq(events.actorId, bound('actorId')), sql`${events.userId} is not ${bound('actorId')}`, lt(events.id, bound('beforeId'))),
      )
      .orderBy(desc(events.id))
      .limit(sql.placeholder('limit')),
  );
  const forgetOf = (column: typeof events.userId) => {
    const some = () =>
      db
        .select({ id: events.id })
        .from(events)
        .where(and(eq(column, bound('userId')), gt(events.id, bound('afterId'))))
        .orderBy(asc(events.id))
        .limit(FORGOTTEN_AT_ONCE);
    return query('events.anonymize', () =>
      db.update(events).set({ ip: null, userAgent: null }).where(inArray(events.id, some())).returning({ id: events.id }),
    );
  };
  const forgets = [forgetOf(events.userId), forgetOf(events.actorId)];

  return {
    async append(event) {
      await append({ ...event, detail: event.detail === null ? null : JSON.stringify(event.detail) });
    },
    list: async (userId, { limit, beforeId = AFTER_ALL }) => list({ userId, limit, beforeId }),
    listByActor: async (actorId, { limit, beforeId = AFTER_ALL }) => listByActor({ actorId, limit, beforeId }),
    async anonymize(userId) {
      for (const forget of forgets) {
        for (let afterId = ''; ; await turnOfTheLoop()) {
          const ids = (await forget({ userId, afterId })).map(({ id }) => id).toSorted();
          if (ids.length < FORGOTTEN_AT_ONCE) break;
          afterId = ids.at(-1) ?? AFTER_ALL;
        }
      }
    },
  };
}
