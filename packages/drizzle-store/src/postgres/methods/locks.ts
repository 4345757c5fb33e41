import { eq, sql } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound } from '../connection/values.js';
import type { Session } from '../session.js';

/**
 * Locks the row of the user called `userId` until the transaction ends. Read Committed sees only what was committed before a
 * statement began, so methods that count or replace a user's rows run one at a time under this lock.
 */
export function lockUser({ db, schema: { users } }: Session, method: string): (user: { readonly userId: string }) => Promise<unknown> {
  return query(method, () => db.select({ id: users.id }).from(users).where(eq(users.id, bound('userId'))).for('no key update'));
}

/**
 * Locks a name until the transaction ends. The lock belongs to the transaction, not to the connection, which PgBouncer may lend
 * to others. Two names with the same hash only wait for each other.
 */
export function lockName({ db }: Session, method: string): (lock: { readonly name: string }) => Promise<unknown> {
  const lock = sql`pg_advisory_xact_lock(hashtextextended(${bound('name')}, 0))`;
  // Cast to text: a column of type void would not be one.
  return query(method, () => db.select({ locked: sql`${lock}::text` }).from(sql`(select 1) as one`));
}
