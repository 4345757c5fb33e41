import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

/** A hit that was counted. One row each: a window that slides has to know when every one of them was. */
export interface HitRow {
  readonly id: string;
  readonly key: string;
  readonly at: number;
  /** From when on no window holds it; `null`: never. */
  readonly expiresAt: number | null;
}

export function countersTable(prefix: string): TableOf<HitRow> {
  return sqliteTable(
    `${prefix}counters`,
    {
      id: text('id').primaryKey(),
      key: text('key').notNull(),
      at: integer('at').notNull(),
      expiresAt: integer('expires_at'),
    },
    (table) => [index(`${prefix}counters_key`).on(table.key, table.at), index(`${prefix}counters_expires_at`).on(table.expiresAt)],
  );
}
