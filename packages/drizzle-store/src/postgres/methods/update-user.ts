import type { UserChanges, UserRecord, UserStore } from '@sallyport/core';
import { eq } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundJson, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { isLastOfRole } from './last-of-role.js';
import { orConflict } from './unique-race.js';
import { isActive } from './is-active.js';

/**
 * The user's row is locked first, so decisions based on it still hold at the write. The unique index rejects an email or username
 * that another user takes concurrently.
 */
export function updateUser(session: Session): UserStore['update'] {
  const { db, schema } = session;
  const { users } = schema;
  const columns = recordColumns(users);
  const isLast = isLastOfRole(session, 'users.update');

  const lock = query('users.update', () => db.select(columns).from(users).where(eq(users.id, bound('id'))).for('no key update'));
  const byEmail = query('users.update', () => db.select({ id: users.id }).from(users).where(eq(users.email, bound('email'))));
  const byUsername = query('users.update', () =>
    db.select({ id: users.id }).from(users).where(eq(users.username, bound('username'))),
  );
  const save = query('users.update', () =>
    db
      .update(users)
      .set({
        name: bound('name'),
        searchName: bound('searchName'),
        username: bound('username'),
        email: bound('email'),
        emailVerifiedAt: moment('emailVerifiedAt'),
        role: bound('role'),
        disabledAt: moment('disabledAt'),
        securityVersion: bound('securityVersion'),
        profile: boundJson('profile'),
        updatedAt: moment('updatedAt'),
      })
      .where(eq(users.id, bound('id')))
      .returning(columns),
  );

  return async (id, changes, { at, keepLastOf }) =>
    session.atomically(async () => {
      const [before] = await lock({ id });
      if (before === undefined) return { kind: 'missing' };
      const { email, username } = changes;
      const isOthers = (owners: readonly { readonly id: string }[]): boolean => owners.some((owner) => owner.id !== id);
      if (email !== undefined && isOthers(await byEmail({ email }))) return { kind: 'taken', field: 'email' };
      if (username !== undefined && isOthers(await byUsername({ username }))) return { kind: 'taken', field: 'username' };
      const after = changed(before, { changes, at });
      const isLoss = before.role === keepLastOf && isActive(before) && (after.role !== before.role || after.disabledAt !== null);
      if (isLoss && (await isLast({ role: keepLastOf, id }))) return { kind: 'last-of-role' };
      const [user] = await orConflict(save({ ...after }));
      return user === undefined ? { kind: 'missing' } : { kind: 'updated', user };
    });
}

function changed(before: UserRecord, { changes, at }: { readonly changes: UserChanges; readonly at: number }): UserRecord {
  const { name, searchName, username, email, role, disabled, profile } = changes;
  const wasDisabled = before.disabledAt !== null;
  const isSwitched = disabled !== undefined && disabled !== wasDisabled;
  const isMoved = email !== undefined && email !== before.email;
  const isReassigned = role !== undefined && role !== before.role;
  return {
    ...before,
    name: name ?? before.name,
    searchName: searchName ?? before.searchName,
    username: username ?? before.username,
    email: email ?? before.email,
    emailVerifiedAt: isMoved ? null : before.emailVerifiedAt,
    role: role ?? before.role,
    disabledAt: isSwitched ? (disabled ? at : null) : before.disabledAt,
    securityVersion: before.securityVersion + (isMoved || isReassigned || isSwitched ? 1 : 0),
    profile: profile ?? before.profile,
    updatedAt: at,
  };
}
