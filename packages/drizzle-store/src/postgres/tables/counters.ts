import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

/** A counted hit. One row each, because a sliding window needs the time of each hit. */
export interface HitRow {
  readonly id: string;
  readonly key: string;
  readonly at: number;
  /** When the last window that counts it ends; `null`: never. */
  readonly expiresAt: number | null;
}

export function countersTable(prefix: string): TableOf<HitRow> {
  return pgTable(
    `${prefix}counters`,
    {
      id: text('id').primaryKey(),
      key: text('key').notNull(),
      at: instant('at').notNull(),
      expiresAt: instant('expires_at'),
    },
    (table) => [
      index(`${prefix}counters_key`).on(table.key, table.at),
      index(`${prefix}counters_expires_at`).on(table.expiresAt),
    ],
  );
}
