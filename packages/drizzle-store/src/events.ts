import type { EventStore } from '@sallyport/core';
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { type Db, bound, boundRow, query } from './engine/query.js';
import { events } from './tables/events.js';

/** After every ULID. */
const AFTER_ALL = '~';

export function eventVerbs(db: Db): EventStore {
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
  const anonymize = query('events.anonymize', () => db.update(events).set({ ip: null, userAgent: null }).where(ofUser));
  const purge = query('events.purge', () =>
    db.delete(events).where(inArray(events.id, old())).returning({ id: events.id }),
  );
  const old = () =>
    db
      .select({ id: events.id })
      .from(events)
      .where(lt(events.at, bound('before')))
      .limit(sql.placeholder('limit'));

  return {
    async append(event) {
      await append({ ...event, detail: event.detail === null ? null : JSON.stringify(event.detail) });
    },
    list: async (userId, { limit, beforeId = AFTER_ALL }) => list({ userId, limit, beforeId }),
    anonymize: async (userId) => void (await anonymize({ userId })),
    purge: async (before, limit) => (await purge({ before, limit })).length,
  };
}
