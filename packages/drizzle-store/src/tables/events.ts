import type { EventRecord } from '@sallyport/core';
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

/** An event, with what a refusal is counted by. */
export interface EventRow extends EventRecord {
  readonly refusalKey: string | null;
}

export function eventsTable(prefix: string): TableOf<EventRow> {
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
      count: integer('count').notNull().default(1),
      lastAt: integer('last_at'),
      refusalKey: text('refusal_key'),
    },
    (table) => [
      index(`${prefix}events_user_id`).on(table.userId, table.id),
      // Only events about others: the actor of most events is the user, and a scan would have to skip all of those.
      index(`${prefix}events_deeds`).on(table.actorId, table.id).where(sql`user_id is not actor_id`),
      index(`${prefix}events_at`).on(table.at),
      uniqueIndex(`${prefix}events_refusal_key`).on(table.refusalKey).where(sql`refusal_key is not null`),
    ],
  );
}
