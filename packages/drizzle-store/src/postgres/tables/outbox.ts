import type { OutboxRecord, UserRecord } from '@sallyport/core';
import { type SQL, sql } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

/** When a message may be leased next. */
export const dueAt: SQL<number> = sql`greatest(leased_until, next_attempt_at)`;
/** When a message was sent or given up; `null` while it waits. */
export const messageOverAt: SQL<number | null> = sql`coalesce(sent_at, dead_at)`;
export const isWaiting: SQL = sql`sent_at is null and dead_at is null`;

export function outboxTable(prefix: string, users: TableOf<UserRecord>): TableOf<OutboxRecord> {
  return pgTable(
    `${prefix}outbox`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      kind: text('kind').notNull(),
      sealedMessage: text('sealed_message').notNull(),
      createdAt: instant('created_at').notNull(),
      attempts: integer('attempts').notNull(),
      nextAttemptAt: instant('next_attempt_at').notNull(),
      leasedUntil: instant('leased_until'),
      sentAt: instant('sent_at'),
      deadAt: instant('dead_at'),
    },
    (table) => [
      index(`${prefix}outbox_due`).on(dueAt, table.id).where(isWaiting),
      index(`${prefix}outbox_over_at`).on(messageOverAt),
      index(`${prefix}outbox_dead_at`).on(table.deadAt).where(sql`dead_at is not null`),
      index(`${prefix}outbox_user_id`).on(table.userId),
    ],
  );
}
