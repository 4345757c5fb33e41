import type { PasskeyRecord, UserRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function passkeysTable(prefix: string, users: TableOf<UserRecord>): TableOf<PasskeyRecord> {
  return sqliteTable(
    `${prefix}passkeys`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      credentialId: text('credential_id').notNull().unique(),
      publicKey: text('public_key').notNull(),
      userHandle: text('user_handle').notNull(),
      aaguid: text('aaguid').notNull(),
      name: text('name').notNull(),
      counter: integer('counter').notNull(),
      transports: text('transports', { mode: 'json' }).notNull().$type<readonly string[]>(),
      backedUp: integer('backed_up', { mode: 'boolean' }).notNull(),
      createdAt: integer('created_at').notNull(),
      lastUsedAt: integer('last_used_at'),
    },
    (table) => [index(`${prefix}passkeys_user_id`).on(table.userId, table.id)],
  );
}
