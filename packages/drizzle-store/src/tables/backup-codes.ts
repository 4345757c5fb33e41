import type { BackupCodeRecord, UserRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

export function backupCodesTable(prefix: string, users: TableOf<UserRecord>): TableOf<BackupCodeRecord> {
  return sqliteTable(
    `${prefix}backup_codes`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      codeHash: text('code_hash').notNull(),
      usedAt: integer('used_at'),
    },
    (table) => [index(`${prefix}backup_codes_user_id`).on(table.userId, table.codeHash)],
  );
}
