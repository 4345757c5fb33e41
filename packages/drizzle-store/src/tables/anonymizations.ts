import type { PendingAnonymization } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function anonymizationsTable(prefix: string): TableOf<PendingAnonymization> {
  return sqliteTable(
    `${prefix}anonymizations`,
    {
      // Not a foreign key: the user is gone.
      userId: text('user_id').primaryKey(),
      requestedAt: integer('requested_at').notNull(),
    },
    (table) => [index(`${prefix}anonymizations_requested_at`).on(table.requestedAt)],
  );
}
