import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
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
  return pgTable(
    `${prefix}attempts`,
    {
      key: text('key').primaryKey(),
      userId: text('user_id'),
      count: integer('count').notNull(),
      retryAt: instant('retry_at').notNull(),
      refusedAt: instant('refused_at'),
      expiresAt: instant('expires_at').notNull(),
    },
    (table) => [
      index(`${prefix}attempts_user_id`).on(table.userId),
      index(`${prefix}attempts_expires_at`).on(table.expiresAt),
    ],
  );
}
