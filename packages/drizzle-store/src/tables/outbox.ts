import type { OutboxRecord } from '@sallyport/core';
import { type SQL, sql } from 'drizzle-orm';
import { index, integer, type SQLiteColumn, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';
import { users } from './users.js';

export const outbox: TableOf<'outbox', OutboxRecord> = sqliteTable(
  'outbox',
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
    index('outbox_due').on(table.nextAttemptAt, table.id).where(isWaiting(table)),
    index('outbox_leased').on(table.leasedUntil).where(sql`${table.leasedUntil} is not null`),
    index('outbox_user_id').on(table.userId),
    // Each of the two ways in which a message ends, for the purge.
    index('outbox_sent_at').on(table.sentAt),
    index('outbox_dead_at').on(table.deadAt),
  ],
);

/** Neither sent nor given up. SQLite uses the index only for this very expression. */
export function isWaiting(table: { readonly sentAt: SQLiteColumn; readonly deadAt: SQLiteColumn }): SQL {
  return sql`${table.sentAt} is null and ${table.deadAt} is null`;
}
