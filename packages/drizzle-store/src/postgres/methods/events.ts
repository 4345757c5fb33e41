import type { EventStore, Page } from '@sallyport/core';
import { type SQL, and, desc, eq, lt, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, milliseconds, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { anonymizationMethods, isActorEvent } from './anonymizations.js';

/** Each method is one statement. Events are only appended and read. */
export function eventMethods(session: Session): EventStore {
  const { db, schema } = session;
  const { events } = schema;
  const { refusalKey: _, ...columns } = recordColumns(events);

  const append = query('events.append', () => db.insert(events).values(boundRow(events)));
  // Under a row lock, so that concurrent refusals are counted one after the other.
  const appendRefusal = query('events.appendRefusal', () =>
    db
      .insert(events)
      .values(boundRow(events))
      .onConflictDoUpdate({
        target: events.refusalKey,
        targetWhere: sql`refusal_key is not null`,
        set: {
          count: sql`${events.count} + 1`,
          lastAt: sql`excluded.at`,
          sessionId: sql`excluded.session_id`,
          ip: sql`excluded.ip`,
          userAgent: sql`excluded.user_agent`,
          detail: sql`excluded.detail`,
        },
      })
      .returning({ id: events.id, at: milliseconds(events.at), count: events.count, lastAt: columns.lastAt }),
  );
  const pages = (method: string, whose: SQL | undefined) => {
    const page = (before?: SQL) =>
      query(method, () =>
        db.select(columns).from(events).where(and(whose, before)).orderBy(desc(events.id)).limit(sql.placeholder('limit')),
      );
    const [first, next] = [page(), page(lt(events.id, bound('beforeId')))];
    return async (userId: string, { limit, beforeId }: Page) =>
      beforeId === undefined ? first({ userId, limit }) : next({ userId, limit, beforeId });
  };

  return {
    append: async (event) => void (await append({ ...event, refusalKey: null })),
    async appendRefusal(event, key) {
      const [counted] = await appendRefusal({ ...event, refusalKey: key });
      return counted ?? event;
    },
    list: pages('events.list', eq(events.userId, bound('userId'))),
    listByActor: pages('events.listByActor', and(eq(events.actorId, bound('userId')), isActorEvent)),
    ...anonymizationMethods(session),
  };
}
