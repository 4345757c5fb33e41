import type { OneTimeTokenRecord, SentCode, TokenPurpose } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';
import { users } from './users.js';

export const oneTimeTokens: TableOf<'one_time_tokens', OneTimeTokenRecord> = sqliteTable(
  'one_time_tokens',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text('purpose').notNull().$type<TokenPurpose>(),
    secretHash: text('secret_hash').unique(),
    // Not a foreign key: it is a session's or a factor's, and a token only names it.
    subjectId: text('subject_id'),
    code: text('code', { mode: 'json' }).$type<SentCode>(),
    payload: text('payload', { mode: 'json' }).notNull().$type<OneTimeTokenRecord['payload']>(),
    attempts: integer('attempts').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    consumedAt: integer('consumed_at'),
  },
  (table) => [
    index('one_time_tokens_user_id').on(table.userId, table.purpose, table.subjectId),
    // Each of the two ways in which a token ends, for the purge.
    index('one_time_tokens_expires_at').on(table.expiresAt),
    index('one_time_tokens_consumed_at').on(table.consumedAt),
  ],
);
