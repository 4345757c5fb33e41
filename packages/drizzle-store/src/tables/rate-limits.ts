import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export interface RateLimitRow {
  readonly key: string;
  /** When all hits of the key will have worn off. */
  readonly fullAt: number;
}

export const rateLimits: TableOf<'rate_limits', RateLimitRow> = sqliteTable(
  'rate_limits',
  { key: text('key').primaryKey(), fullAt: integer('full_at').notNull() },
  (table) => [index('rate_limits_full_at').on(table.fullAt)],
);
