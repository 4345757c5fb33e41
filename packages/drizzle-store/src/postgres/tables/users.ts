import type { UserRecord } from '@sallyport/core';
import { type SQL, sql } from 'drizzle-orm';
import { index, integer, json, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';
import type { TableOf } from './table-of.js';

/** The status, as `UserFilter` defines it. The database uses the indexes on it only for exactly this expression. */
export const userStatus: SQL<string> = sql`(case when disabled_at is not null then 'disabled' when password_hash is null and not has_logged_in then 'invited' else 'active' end)`;

export function usersTable(prefix: string): TableOf<UserRecord> {
  return pgTable(
    `${prefix}users`,
    {
      id: text('id').primaryKey(),
      email: text('email').notNull().unique(`${prefix}users_email`),
      emailVerifiedAt: instant('email_verified_at'),
      username: text('username').unique(`${prefix}users_username`),
      name: text('name').notNull(),
      searchName: text('search_name').notNull(),
      role: text('role').notNull(),
      passwordHash: text('password_hash'),
      passwordChangedAt: instant('password_changed_at'),
      phone: text('phone'),
      phoneVerifiedAt: instant('phone_verified_at'),
      twoFactorEnabledAt: instant('two_factor_enabled_at'),
      disabledAt: instant('disabled_at'),
      securityVersion: integer('security_version').notNull(),
      createdAt: instant('created_at').notNull(),
      updatedAt: instant('updated_at').notNull(),
      lastLoginAt: instant('last_login_at'),
      profile: json('profile').$type<NonNullable<UserRecord['profile']>>(),
    },
    // One index for each filter, all in page order: a page is a range of an index, however far down.
    (table) => [
      index(`${prefix}users_role`).on(table.role, table.id),
      index(`${prefix}users_status`).on(userStatus, table.id),
      index(`${prefix}users_role_status`).on(table.role, userStatus, table.id),
    ],
  );
}
