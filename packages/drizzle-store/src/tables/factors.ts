import type { FactorMethod, FactorRecord, UserRecord } from '@sallyport/core';
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function factorsTable(prefix: string, users: TableOf<UserRecord>): TableOf<FactorRecord> {
  return sqliteTable(
    `${prefix}factors`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      method: text('method').notNull().$type<FactorMethod>(),
      sealedSecret: text('sealed_secret'),
      destination: text('destination'),
      // Not a foreign key: a factor outlives the session that set it up.
      sessionId: text('session_id').notNull(),
      createdAt: integer('created_at').notNull(),
      confirmedAt: integer('confirmed_at'),
      lastStep: integer('last_step'),
    },
    (table) => [
      index(`${prefix}factors_user_id`).on(table.userId, table.confirmedAt, table.id),
      // Enforced by the table: a user has at most one confirmed factor of a method.
      uniqueIndex(`${prefix}factors_confirmed`).on(table.userId, table.method).where(sql`${table.confirmedAt} is not null`),
      index(`${prefix}factors_pending`).on(table.createdAt).where(sql`${table.confirmedAt} is null`),
    ],
  );
}
