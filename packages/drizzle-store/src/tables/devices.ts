import type { DeviceRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';
import { users } from './users.js';

export const devices: TableOf<'devices', DeviceRecord> = sqliteTable(
  'devices',
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
    index('devices_user_id').on(table.userId, table.lastSeenAt, table.id),
    index('devices_last_seen_at').on(table.lastSeenAt),
  ],
);
