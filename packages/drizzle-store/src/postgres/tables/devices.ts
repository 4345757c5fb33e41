import type { DeviceRecord, UserRecord } from '@sallyport/core';
import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

export function devicesTable(prefix: string, users: TableOf<UserRecord>): TableOf<DeviceRecord> {
  return pgTable(
    `${prefix}devices`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      secretHash: text('secret_hash').notNull(),
      userAgent: text('user_agent'),
      firstSeenAt: instant('first_seen_at').notNull(),
      lastSeenAt: instant('last_seen_at').notNull(),
      trustedUntil: instant('trusted_until'),
    },
    (table) => [
      index(`${prefix}devices_user_id`).on(table.userId, table.lastSeenAt, table.id),
      index(`${prefix}devices_last_seen_at`).on(table.lastSeenAt),
    ],
  );
}
