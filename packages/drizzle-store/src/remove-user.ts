import type { UserStore } from '@sallyport/core';
import { and, eq, not } from 'drizzle-orm';
import { bound, query } from './engine/query.js';
import { isLastOfRole } from './last-of-role.js';
import type { Session } from './session.js';

export function removeUser({ db, schema }: Session): UserStore['remove'] {
  const { users, sessions, devices, factors, backupCodes, passkeys, identities, oneTimeTokens, attempts, outbox } = schema;
  const owned = [sessions, devices, factors, backupCodes, passkeys, identities, oneTimeTokens, attempts, outbox] as const;
  const id = bound('id');
  const find = query('users.remove', () => db.select({ id: users.id }).from(users).where(eq(users.id, id)));
  const remove = query('users.remove', () =>
    db
      .delete(users)
      .where(and(eq(users.id, id), not(isLastOfRole(users))))
      .returning({ id: users.id }),
  );
  const removeOwned = owned.map((table) => query('users.remove', () => db.delete(table).where(eq(table.userId, id))));

  return async (userId, keepLastOf) => {
    if ((await remove({ id: userId, keepLastOf })).length === 0) {
      return (await find({ id: userId })).length > 0 ? 'last-of-role' : 'missing';
    }
    // Do not rely on the foreign keys: an application's own database may not enforce them.
    for (const removeRows of removeOwned) await removeRows({ id: userId });
    return 'removed';
  };
}
