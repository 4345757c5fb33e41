import type { AssuranceLevel, RevokeReason, SessionRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';
import { users } from './users.js';

export const sessions: TableOf<'sessions', SessionRecord> = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    // Not a foreign key: a session outlives the memory of the device that it began on.
    deviceId: text('device_id'),
    refreshCounter: integer('refresh_counter').notNull(),
    refreshSalt: text('refresh_salt').notNull(),
    rotatedAt: integer('rotated_at'),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at').notNull(),
    idleExpiresAt: integer('idle_expires_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    revokedAt: integer('revoked_at'),
    revokeReason: text('revoke_reason').$type<RevokeReason>(),
    authenticatedAt: integer('authenticated_at').notNull(),
    amr: text('amr', { mode: 'json' }).notNull().$type<readonly string[]>(),
    aal: integer('aal').notNull().$type<AssuranceLevel>(),
    ip: text('ip'),
    userAgent: text('user_agent'),
  },
  (table) => [
    index('sessions_user_id').on(table.userId, table.id),
    // Each of the three ways in which a session ends, for the purge.
    index('sessions_idle_expires_at').on(table.idleExpiresAt),
    index('sessions_expires_at').on(table.expiresAt),
    index('sessions_revoked_at').on(table.revokedAt),
  ],
);
