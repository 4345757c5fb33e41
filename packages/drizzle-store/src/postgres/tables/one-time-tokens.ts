import type { OneTimeTokenRecord, SentCode, TokenPurpose, UserRecord } from '@sallyport/core';
import { type SQL, sql } from 'drizzle-orm';
import { index, integer, json, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

/** When a token has expired or was consumed. */
export const tokenOverAt: SQL<number> = sql`least(consumed_at, expires_at)`;

export function oneTimeTokensTable(prefix: string, users: TableOf<UserRecord>): TableOf<OneTimeTokenRecord> {
  return pgTable(
    `${prefix}one_time_tokens`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
      purpose: text('purpose').notNull().$type<TokenPurpose>(),
      secretHash: text('secret_hash').unique(`${prefix}one_time_tokens_secret_hash`),
      // Not a foreign key: a token only names the session or factor it belongs to.
      subjectId: text('subject_id'),
      code: json('code').$type<SentCode>(),
      payload: json('payload').notNull().$type<OneTimeTokenRecord['payload']>(),
      attempts: integer('attempts').notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      consumedAt: instant('consumed_at'),
    },
    (table) => [
      index(`${prefix}one_time_tokens_user_id`).on(table.userId, table.purpose, table.subjectId, table.id),
      index(`${prefix}one_time_tokens_over_at`).on(tokenOverAt),
    ],
  );
}
