import type { AssuranceLevel, RevokeReason, SessionRecord, UserRecord } from '@sallyport/core';
import { type SQL, sql } from 'drizzle-orm';
import { index, integer, json, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

/** When a session ends: the earliest of its three possible ends. `least` ignores null. */
export const sessionOverAt: SQL<number> = sql`least(revoked_at, idle_expires_at, expires_at)`;

export function sessionsTable(prefix: string, users: TableOf<UserRecord>): TableOf<SessionRecord> {
  return pgTable(
    `${prefix}sessions`,
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      // Not a foreign key: a session may outlive the record of its device.
      deviceId: text('device_id'),
      refreshCounter: integer('refresh_counter').notNull(),
      refreshSalt: text('refresh_salt').notNull(),
      rotatedAt: instant('rotated_at'),
      createdAt: instant('created_at').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
      idleExpiresAt: instant('idle_expires_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      revokedAt: instant('revoked_at'),
      revokeReason: text('revoke_reason').$type<RevokeReason>(),
      authenticatedAt: instant('authenticated_at').notNull(),
      amr: json('amr').notNull().$type<readonly string[]>(),
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
