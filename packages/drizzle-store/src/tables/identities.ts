import type { IdentityRecord, UserRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function identitiesTable(prefix: string, users: TableOf<UserRecord>): TableOf<IdentityRecord> {
  return sqliteTable(
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
      linkedAt: integer('linked_at').notNull(),
      lastUsedAt: integer('last_used_at').notNull(),
    },
    (table) => [
      index(`${prefix}identities_user_id`).on(table.userId, table.id),
      uniqueIndex(`${prefix}identities_subject`).on(table.issuer, table.subject),
    ],
  );
}
