import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

export interface RateLimitRow {
  readonly key: string;
  /** When all hits of the key have expired. */
  readonly fullAt: number;
}

export function rateLimitsTable(prefix: string): TableOf<RateLimitRow> {
  return pgTable(
    `${prefix}rate_limits`,
    { key: text('key').primaryKey(), fullAt: instant('full_at').notNull() },
    (table) => [index(`${prefix}rate_limits_full_at`).on(table.fullAt)],
  );
}
