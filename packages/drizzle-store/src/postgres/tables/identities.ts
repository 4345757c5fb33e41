import type { IdentityRecord, UserRecord } from '@sallyport/core';
import { index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

export function identitiesTable(prefix: string, users: TableOf<UserRecord>): TableOf<IdentityRecord> {
  return pgTable(
    `${prefix}identities`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      provider: text('provider').notNull(),
      issuer: text('issuer').notNull(),
      subject: text('subject').notNull(),
      email: text('email'),
      sealedTokens: text('sealed_tokens'),
      linkedAt: instant('linked_at').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
    },
    (table) => [
      index(`${prefix}identities_user_id`).on(table.userId, table.id),
      uniqueIndex(`${prefix}identities_subject`).on(table.issuer, table.subject),
    ],
  );
}
