import type { OutboxRecord, UserRecord } from '@sallyport/core';
import { sql, type SQL } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

// SQLite uses the indexes on these only for exactly these expressions, as with `sessionOverAt`.

/** When a message may be leased next. */
export const dueAt: SQL<number> = sql`case when leased_until > next_attempt_at then leased_until else next_attempt_at end`;
/** When a message was sent or given up; `null` while it waits. */
export const messageOverAt: SQL<number | null> = sql`case when sent_at is null then dead_at else sent_at end`;
export const isWaiting: SQL = sql`sent_at is null and dead_at is null`;

export function outboxTable(prefix: string, users: TableOf<UserRecord>): TableOf<OutboxRecord> {
  return sqliteTable(
    `${prefix}outbox`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      kind: text('kind').notNull(),
      sealedMessage: text('sealed_message').notNull(),
      createdAt: integer('created_at').notNull(),
      attempts: integer('attempts').notNull(),
      nextAttemptAt: integer('next_attempt_at').notNull(),
      leasedUntil: integer('leased_until'),
      sentAt: integer('sent_at'),
      deadAt: integer('dead_at'),
    },
    (table) => [
      index(`${prefix}outbox_due`).on(dueAt, table.id).where(isWaiting),
      index(`${prefix}outbox_over_at`).on(messageOverAt),
      index(`${prefix}outbox_dead_at`).on(table.deadAt).where(sql`${table.deadAt} is not null`),
      index(`${prefix}outbox_user_id`).on(table.userId),
    ],
  );
}
