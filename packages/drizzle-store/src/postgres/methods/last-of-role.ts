import { and, eq, ne, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound } from '../connection/values.js';
import type { Session } from '../session.js';
import { userStatus } from '../tables/users.js';
import { lockName } from './locks.js';

/**
 * Whether no other user with the role is active. The lock on the role is held until the transaction ends, so that the last two
 * cannot both lose it: under Read Committed each would still see the other.
 */
export function isLastOfRole(session: Session, method: string): (who: { readonly role: string; readonly id: string }) => Promise<boolean> {
  const { db, schema } = session;
  const { users } = schema;
  const lock = lockName(session, method);
  const findOther = query(method, () =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.role, bound('role')), sql`${userStatus} = 'active'`, ne(users.id, bound('id'))))
      .limit(1),
  );
  return async ({ role, id }) => {
    await lock({ name: `last of role ${role}` });
    return (await findOther({ role, id })).length === 0;
  };
}
