import type { AssuranceLevel, RevokeReason, SessionRecord, UserRecord } from '@sallyport/core';
import { sql, type SQL } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

/**
 * When a session ends: the earliest of its three possible ends. SQLite uses the index only for exactly this expression.
 * drizzle-kit takes a comma for the end of an expression, which rules `min` out.
 */
export const sessionOverAt: SQL<number> = sql`case
  when revoked_at < idle_expires_at and revoked_at < expires_at then revoked_at
  when idle_expires_at < expires_at then idle_expires_at
  else expires_at end`;

export function sessionsTable(prefix: string, users: TableOf<UserRecord>): TableOf<SessionRecord> {
  return sqliteTable(
    `${prefix}sessions`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      // Not a foreign key: a session outlives the record of its device.
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
      index(`${prefix}sessions_user_id`).on(table.userId, table.id),
      index(`${prefix}sessions_over_at`).on(sessionOverAt),
    ],
  );
}
