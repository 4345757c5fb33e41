import { type SQL, sql } from 'drizzle-orm';
import { bound } from './engine/query.js';
import type { SqliteSchema } from './schema.js';

/**
 * Whether the credential called `id` is the only way in which the user called `userId` can log in. All permanent ways to log in
 * are counted here: one rule for the removal of any credential.
 */
export const isLastCredential = ({ users, passkeys, identities }: SqliteSchema): SQL => sql`not exists (
  select 1 from ${users} as owner where owner.id = ${bound('userId')} and owner.password_hash is not null
  union all
  select 1 from ${passkeys} as other where other.user_id = ${bound('userId')} and other.id <> ${bound('id')}
  union all
  select 1 from ${identities} as other where other.user_id = ${bound('userId')} and other.id <> ${bound('id')})`;
