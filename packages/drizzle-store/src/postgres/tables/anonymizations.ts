import type { PendingAnonymization } from '@sallyport/core';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

export function anonymizationsTable(prefix: string): TableOf<PendingAnonymization> {
  return pgTable(
    `${prefix}anonymizations`,
    {
      // Not a foreign key: the user is gone.
      userId: text('user_id').primaryKey(),
      requestedAt: instant('requested_at').notNull(),
    },
    (table) => [index(`${prefix}anonymizations_requested_at`).on(table.requestedAt)],
  );
}
