import { sql, type SQL } from 'drizzle-orm';
import { bound } from './engine/query.js';
import type { SqliteSchema } from './schema.js';
import { userStatus } from './tables/users.js';

/** Whether a row of `users` is the only active user with the role called `keepLastOf`. */
export const isLastOfRole = (users: SqliteSchema['users']): SQL => sql`(${users.role} = ${bound('keepLastOf')}
  and ${userStatus} = 'active' and not exists (
  select 1 from ${users} as other where other.role = ${bound('keepLastOf')}
  and other.disabled_at is null and (other.password_hash is not null or other.last_login_at is not null) and other.id <> ${users.id}))`;
