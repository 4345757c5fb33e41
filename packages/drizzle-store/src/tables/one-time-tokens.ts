import type { OneTimeTokenRecord, SentCode, TokenPurpose, UserRecord } from '@sallyport/core';
import { sql, type SQL } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

/** When a token has expired or was consumed. The index matches only exactly this expression, as with `sessionOverAt`. */
export const tokenOverAt: SQL<number> = sql`case when consumed_at < expires_at then consumed_at else expires_at end`;

export function oneTimeTokensTable(prefix: string, users: TableOf<UserRecord>): TableOf<OneTimeTokenRecord> {
  return sqliteTable(
    `${prefix}one_time_tokens`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      purpose: text('purpose').notNull().$type<TokenPurpose>(),
      secretHash: text('secret_hash').unique(),
      // Not a foreign key: the token only names a session or factor.
      subjectId: text('subject_id'),
      code: text('code', { mode: 'json' }).$type<SentCode>(),
      payload: text('payload', { mode: 'json' }).notNull().$type<OneTimeTokenRecord['payload']>(),
      attempts: integer('attempts').notNull(),
      createdAt: integer('created_at').notNull(),
      expiresAt: integer('expires_at').notNull(),
      consumedAt: integer('consumed_at'),
    },
    (table) => [
      index(`${prefix}one_time_tokens_user_id`).on(table.userId, table.purpose, table.subjectId, table.id),
      index(`${prefix}one_time_tokens_over_at`).on(tokenOverAt),
    ],
  );
}
