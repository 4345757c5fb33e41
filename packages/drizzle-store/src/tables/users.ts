import type { UserRecord } from '@sallyport/core';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { TableOf } from './table-of.js';

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
    profile: text('profile', { mode: 'json' }).$type<NonNullable<UserRecord['profile']>>(),
  },
  (table) => [index('users_role').on(table.role)],
);
