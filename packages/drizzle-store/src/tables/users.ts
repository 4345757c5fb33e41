import type { UserRecord } from '@sallyport/core';
import { sql, type SQL } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

// SQLite uses the indexes on it only for exactly this expression.
/** The status, as `UserFilter` defines it. */
export const userStatus: SQL<string> = sql`case when disabled_at is not null then 'disabled' when password_hash is null and last_login_at is null then 'invited' else 'active' end`;

export function usersTable(prefix: string): TableOf<UserRecord> {
  return sqliteTable(
    `${prefix}users`,
    {
      id: text('id').primaryKey(),
      email: text('email').notNull().unique(),
      emailVerifiedAt: integer('email_verified_at'),
      username: text('username').unique(),
      name: text('name').notNull(),
      searchName: text('search_name').notNull(),
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
      profile: text('profile', { mode: 'json' }).$type<NonNullable<UserRecord['profile']>>(),
    },
    // One index for each filter, all in page order: a page is a range of an index, however far down.
    (table) => [
      index(`${prefix}users_role`).on(table.role, table.id),
      index(`${prefix}users_status`).on(userStatus, table.id),
      index(`${prefix}users_role_status`).on(table.role, userStatus, table.id),
    ],
  );
}
