import type { DeviceRecord, UserRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function devicesTable(prefix: string, users: TableOf<UserRecord>): TableOf<DeviceRecord> {
  return sqliteTable(
    `${prefix}devices`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      secretHash: text('secret_hash').notNull(),
      userAgent: text('user_agent'),
      firstSeenAt: integer('first_seen_at').notNull(),
      lastSeenAt: integer('last_seen_at').notNull(),
      trustedUntil: integer('trusted_until'),
    },
    (table) => [
      index(`${prefix}devices_user_id`).on(table.userId, table.lastSeenAt, table.id),
      index(`${prefix}devices_last_seen_at`).on(table.lastSeenAt),
    ],
  );
}
