import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export interface RateLimitRow {
  readonly key: string;
  /** When all hits of the key have expired. */
  readonly fullAt: number;
}

export function rateLimitsTable(prefix: string): TableOf<RateLimitRow> {
  return sqliteTable(
    `${prefix}rate_limits`,
    { key: text('key').primaryKey(), fullAt: integer('full_at').notNull() },
    (table) => [index(`${prefix}rate_limits_full_at`).on(table.fullAt)],
  );
}
