import type { FactorMethod, FactorRecord } from '@sallyport/core';
import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';
import { users } from './users.js';

export const factors: TableOf<'factors', FactorRecord> = sqliteTable(
  'factors',
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
    index('factors_user_id').on(table.userId, table.confirmedAt, table.id),
    // Whatever is done to the table: a user has one factor of a method, or none.
    uniqueIndex('factors_confirmed').on(table.userId, table.method).where(sql`${table.confirmedAt} is not null`),
    index('factors_pending').on(table.createdAt).where(sql`${table.confirmedAt} is null`),
  ],
);
