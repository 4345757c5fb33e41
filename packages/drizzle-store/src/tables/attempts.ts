import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

/** Consecutive attempts under one key. */
export interface AttemptRow {
  readonly key: string;
  /** Not a foreign key: an attempt must not fail because the account is being removed. */
  readonly userId: string | null;
  readonly count: number;
  readonly retryAt: number;
  /** When the first attempt of this wait was refused. */
  readonly refusedAt: number | null;
  readonly expiresAt: number;
}

export function attemptsTable(prefix: string): TableOf<AttemptRow> {
  return sqliteTable(
    `${prefix}attempts`,
    {
      key: text('key').primaryKey(),
      userId: text('user_id'),
      count: integer('count').notNull(),
      retryAt: integer('retry_at').notNull(),
      refusedAt: integer('refused_at'),
      expiresAt: integer('expires_at').notNull(),
    },
    (table) => [index(`${prefix}attempts_user_id`).on(table.userId), index(`${prefix}attempts_expires_at`).on(table.expiresAt)],
  );
}
