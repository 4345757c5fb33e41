import type { PasskeyRecord, UserRecord } from '@sallyport/core';
import { bigint, boolean, index, json, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

export function passkeysTable(prefix: string, users: TableOf<UserRecord>): TableOf<PasskeyRecord> {
  return pgTable(
    `${prefix}passkeys`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      credentialId: text('credential_id').notNull().unique(`${prefix}passkeys_credential_id`),
      publicKey: text('public_key').notNull(),
      userHandle: text('user_handle').notNull(),
      aaguid: text('aaguid').notNull(),
      name: text('name').notNull(),
      // An unsigned 32-bit integer.
      counter: bigint('counter', { mode: 'number' }).notNull(),
      transports: json('transports').notNull().$type<readonly string[]>(),
      backedUp: boolean('backed_up').notNull(),
      createdAt: instant('created_at').notNull(),
      lastUsedAt: instant('last_used_at'),
    },
    (table) => [index(`${prefix}passkeys_user_id`).on(table.userId, table.id)],
  );
}
