import { sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound } from '../connection/values.js';
import type { Session } from '../session.js';

/**
 * Whether the credential with this id is the only way in which the user can log in. All permanent ways to log in are counted
 * here: one rule for the removal of any credential. Call it under the user's lock.
 */
export function isLastCredential({ db, schema }: Session, method: string): (who: { readonly id: string; readonly userId: string }) => Promise<boolean> {
  const { users, passkeys, identities } = schema;
  const others = [passkeys, identities].map((table) => sql`select 1 from ${table} as other where other.user_id = ${users.id} and other.id <> ${bound('id')}`);
  const other = sql.join(others, sql` union all `);
  const findOther = query(method, () =>
    db
      .select({ id: users.id })
      .from(users)
      .where(sql`${users.id} = ${bound('userId')} and (${users.passwordHash} is not null or exists (${other}))`),
  );
  return async (who) => (await findOther(who)).length === 0;
}
