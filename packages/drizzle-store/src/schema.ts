import type { AssuranceLevel, DeviceRecord, EventRecord, RevokeReason, SessionRecord, UserRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { sessionOverAt } from './session-over-at.js';
import type { TableOf } from './table-of.js';

// Ids are ULIDs, so their order is the order in which rows came to be. Times are milliseconds since the epoch.

export const users: TableOf<'users', UserRecord> = sqliteTable(
  'users',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull().unique(),
    emailVerifiedAt: integer('email_verified_at'),
    username: text('username').unique(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    passwordHash: text('password_hash'),
    passwordChangedAt: integer('password_changed_at'),
    phone: text('phone'),
    phoneVerifiedAt: integer('phone_verified_at'),
    twoFactorEnabledAt: integer('two_factor_enabled_at'),
    disabledAt: integer('disabled_at'),
    securityVersion: integer('security_version').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    lastLoginAt: integer('last_login_at'),
  },
  (table) => [index('users_role').on(table.role)],
);

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
    index('sessions_over_at').on(sessionOverAt),
  ],
);

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
  (table) => [index('devices_user_id').on(table.userId, table.lastSeenAt, table.id)],
);

export const events: TableOf<'events', EventRecord> = sqliteTable(
  'events',
  {
    id: text('id').primaryKey(),
    at: integer('at').notNull(),
    type: text('type').notNull(),
    outcome: text('outcome').notNull().$type<EventRecord['outcome']>(),
    // Not a foreign key: what happened stays when the user goes.
    userId: text('user_id'),
    actorId: text('actor_id'),
    sessionId: text('session_id'),
    ip: text('ip'),
    userAgent: text('user_agent'),
    detail: text('detail', { mode: 'json' }).$type<NonNullable<EventRecord['detail']>>(),
  },
  (table) => [index('events_user_id').on(table.userId, table.id), index('events_at').on(table.at)],
);
