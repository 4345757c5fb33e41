import type { CountedRefusal, EventRecord, EventStore } from '@sallyport/core';
import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm';
import { anonymizationMethods, isActorEvent } from './anonymizations.js';
import { bound, boundRow, query } from './engine/query.js';
import type { Session } from './session.js';

/** Sorts after every ULID. */
const AFTER_LAST_ID = '~';

export function eventMethods(session: Session): EventStore {
  const { db, schema } = session;
  const { events } = schema;
  const { refusalKey, ...columns } = getTableColumns(events);
  const before = lt(events.id, bound('beforeId'));
  // Drizzle would encode a bound `null` as the JSON text `null`.
  const row = { ...boundRow(events), detail: bound('detail') };

  const append = query('events.append', () => db.insert(events).values(row));
  const appendRefusal = query('events.appendRefusal', () =>
    db
      .insert(events)
      .values(row)
      .onConflictDoUpdate({
        target: refusalKey,
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
      .returning({ id: events.id, at: events.at, count: events.count, lastAt: events.lastAt }),
  );
  const list = query('events.list', () =>
    db
      .select(columns)
      .from(events)
      .where(and(eq(events.userId, bound('userId')), before))
      .orderBy(desc(events.id))
      .limit(sql.placeholder('limit')),
  );
  const listByActor = query('events.listByActor', () =>
    db
      .select(columns)
      .from(events)
      .where(and(eq(events.actorId, bound('actorId')), isActorEvent, before))
      .orderBy(desc(events.id))
      .limit(sql.placeholder('limit')),
  );

  return {
    async append(event) {
      await append({ ...event, ...stored(event), refusalKey: null });
    },
    async appendRefusal(event, key): Promise<CountedRefusal> {
      const [counted] = await appendRefusal({ ...event, ...stored(event), refusalKey: key });
      return counted ?? event;
    },
    list: async (userId, { limit, beforeId = AFTER_LAST_ID }) => list({ userId, limit, beforeId }),
    listByActor: async (actorId, { limit, beforeId = AFTER_LAST_ID }) => listByActor({ actorId, limit, beforeId }),
    ...anonymizationMethods(session),
  };
}

const stored = ({ detail }: EventRecord): { readonly detail: string | null } => ({
  detail: detail === null ? null : JSON.stringify(detail),
});
