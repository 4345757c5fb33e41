import type { UserStore } from '@sallyport/core';
import { and, eq, not } from 'drizzle-orm';
import { type Db, bound, query } from './engine/query.js';
import { attempts } from './tables/attempts.js';
import { isLastOfRole } from './last-of-role.js';
import { backupCodes } from './tables/backup-codes.js';
import { devices } from './tables/devices.js';
import { factors } from './tables/factors.js';
import { oneTimeTokens } from './tables/one-time-tokens.js';
import { outbox } from './tables/outbox.js';
import { sessions } from './tables/sessions.js';
import { users } from './tables/users.js';

const OWNED = [sessions, devices, factors, backupCodes, oneTimeTokens, attempts, outbox] as const;

export function removeUser(db: Db): UserStore['remove'] {
  const id = bound('id');
  const find = query('users.remove', () => db.select({ id: users.id }).from(users).where(eq(users.id, id)));
  const remove = query('users.remove', () =>
    db
      .delete(users)
      .where(and(eq(users.id, id), not(isLastOfRole)))
      .returning({ id: users.id }),
  );
  const removeOwned = OWNED.map((table) => query('users.remove', () => db.delete(table).where(eq(table.userId, id))));

  return async (userId, keepLastOf) => {
    if ((await remove({ id: userId, keepLastOf })).length === 0) {
      return (await find({ id: userId })).length > 0 ? 'last-of-role' : 'missing';
    }
    // Not left to the foreign keys alone: an application's own database may not enforce them.
    for (const removeRows of removeOwned) await removeRows({ id: userId });
    return 'removed';
  };
}
