import type { Migration } from '../../migration.js';

const STATUS = `(CASE WHEN disabled_at IS NOT NULL THEN 'disabled' WHEN password_hash IS NULL AND last_login_at IS NULL THEN 'invited' ELSE 'active' END)`;

/** Earlier versions still get the right rows while both run, only without an index on the status. */
export const usersWithoutAPassword: Migration = {
  tag: '0004_users_without_a_password',
  statements: (prefix) => [
    `DROP INDEX ${prefix}users_status`,
    `DROP INDEX ${prefix}users_role_status`,
    `CREATE INDEX ${prefix}users_status ON ${prefix}users (${STATUS}, id)`,
    `CREATE INDEX ${prefix}users_role_status ON ${prefix}users (role, ${STATUS}, id)`,
  ],
};
