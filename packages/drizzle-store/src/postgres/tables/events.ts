import type { EventRecord } from '@sallyport/core';
import { sql } from 'drizzle-orm';
import { index, integer, json, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { EventRow } from '../../tables/events.js';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

export function eventsTable(prefix: string): TableOf<EventRow> {
  return pgTable(
    `${prefix}events`,
    {
      id: text('id').primaryKey(),
      at: instant('at').notNull(),
      type: text('type').notNull(),
      outcome: text('outcome').notNull().$type<EventRecord['outcome']>(),
      // Not a foreign key: what happened stays when the user goes.
      userId: text('user_id'),
      actorId: text('actor_id'),
      sessionId: text('session_id'),
      ip: text('ip'),
      userAgent: text('user_agent'),
      detail: json('detail').$type<NonNullable<EventRecord['detail']>>(),
      count: integer('count').notNull().default(1),
      lastAt: instant('last_at'),
      refusalKey: text('refusal_key'),
    },
    (table) => [
      index(`${prefix}events_user_id`).on(table.userId, table.id),
      // Only events about others: the actor of most events is the user, and a scan would have to skip all of those.
      index(`${prefix}events_deeds`).on(table.actorId, table.id).where(sql`user_id is distinct from actor_id`),
      index(`${prefix}events_at`).on(table.at),
      uniqueIndex(`${prefix}events_refusal_key`).on(table.refusalKey).where(sql`refusal_key is not null`),
    ],
  );
}
