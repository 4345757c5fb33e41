import type { EventRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function eventsTable(prefix: string): TableOf<EventRecord> {
  return sqliteTable(
    `${prefix}events`,
    {
      id: text('id').primaryKey(),
      at: integer('at').notNull(),
      type: text('type').notNull(),
      outcome: text('outcome').notNull().$type<EventRecord['outcome']>(),
      // Not a foreign key: what happened stays when the user goes.
      userId: text('user_id'),
      actorId: text('actor_id'),
      sessionId: text('session_id'),
      ip: text('ip'),
      userAgent: text('user_agent'),
      detail: text('detail', { mode: 'json' }).$type<NonNullable<EventRecord['detail']>>(),
    },
    (table) => [
      index(`${prefix}events_user_id`).on(table.userId, table.id),
      index(`${prefix}events_actor_id`).on(table.actorId, table.id),
      index(`${prefix}events_at`).on(table.at),
    ],
  );
}
