import type { UserStore } from '@sallyport/core';
import { eq } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { isLastOfRole } from './last-of-role.js';
import { isActive } from './is-active.js';

/** Waits for rows that are being added to the user: their foreign keys lock the user's row until they are committed. */
export function removeUser(session: Session): UserStore['remove'] {
  const { db, schema } = session;
  const { attempts, users } = schema;
  const isLast = isLastOfRole(session, 'users.remove');
  const id = eq(users.id, bound('id'));

  const lock = query('users.remove', () => db.select(recordColumns(users)).from(users).where(id).for('update'));
  // The foreign keys delete everything else.
  const removeAttempts = query('users.remove', () => db.delete(attempts).where(eq(attempts.userId, bound('id'))));
  const remove = query('users.remove', () => db.delete(users).where(id));

  return async (userId, keepLastOf) =>
    session.atomically(async () => {
      const [user] = await lock({ id: userId });
      if (user === undefined) return 'missing';
      const isLoss = user.role === keepLastOf && isActive(user);
      if (isLoss && (await isLast({ role: keepLastOf, id: userId }))) return 'last-of-role';
      await removeAttempts({ id: userId });
      await remove({ id: userId });
      return 'removed';
    });
}
