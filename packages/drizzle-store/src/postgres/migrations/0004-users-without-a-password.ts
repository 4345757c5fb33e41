import type { Migration } from '../../migration.js';

const STATUS = `(CASE WHEN disabled_at IS NOT NULL THEN 'disabled' WHEN password_hash IS NULL AND NOT has_logged_in THEN 'invited' ELSE 'active' END)`;

/**
 * The indexes use `has_logged_in` and not `last_login_at`: a login that changed an indexed column would have to write a new
 * entry into every index of the table. Earlier versions still get the right rows while both run, only without an index on the status.
 */
export const usersWithoutAPassword: Migration = {
  tag: '0004_users_without_a_password',
  statements: (prefix) => [
    `ALTER TABLE ${prefix}users ADD COLUMN has_logged_in boolean GENERATED ALWAYS AS (last_login_at IS NOT NULL) STORED`,
    `DROP INDEX ${prefix}users_status`,
    `DROP INDEX ${prefix}users_role_status`,
    `CREATE INDEX ${prefix}users_status ON ${prefix}users (${STATUS}, id)`,
    `CREATE INDEX ${prefix}users_role_status ON ${prefix}users (role, ${STATUS}, id)`,
  ],
};
