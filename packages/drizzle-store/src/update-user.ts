import type { UserRecord, UserStore } from '@sallyport/core';
import { and, eq, not, sql } from 'drizzle-orm';
import { bound, query } from './engine/query.js';
import { isLastOfRole } from './last-of-role.js';
import type { Session } from './session.js';

/** What an update needs to know about other users, and about the user before the update. */
export type FindUsers = Pick<UserStore, 'find' | 'findByEmail' | 'findByUsername'>;

export function updateUser({ db, schema }: Session, { find, findByEmail, findByUsername }: FindUsers): UserStore['update'] {
  const { users } = schema;
  const [email, role, disabled] = [bound('email'), bound('role'), bound('disabled')];
  const isDisabled = sql`(${users.disabledAt} is not null)`;
  const isSwitched = sql`coalesce(${disabled}, ${isDisabled}) <> ${isDisabled}`;
  const isMoved = sql`coalesce(${email}, ${users.email}) <> ${users.email}`;
  const isReassigned = sql`coalesce(${role}, ${users.role}) <> ${users.role}`;

  const update = query('users.update', () =>
    db
      .update(users)
      .set({
        name: sql`coalesce(${bound('name')}, ${users.name})`,
        searchName: sql`coalesce(${bound('searchName')}, ${users.searchName})`,
        username: sql`coalesce(${bound('username')}, ${users.username})`,
        email: sql`coalesce(${email}, ${users.email})`,
        emailVerifiedAt: sql`case when ${isMoved} then null else ${users.emailVerifiedAt} end`,
        role: sql`coalesce(${role}, ${users.role})`,
        disabledAt: sql`case when not ${isSwitched} then ${users.disabledAt} when ${disabled} then ${bound('at')} end`,
        securityVersion: sql`${users.securityVersion} + (${isMoved} or ${isReassigned} or ${isSwitched})`,
        profile: sql`coalesce(${bound('profile')}, ${users.profile})`,
        updatedAt: bound('at'),
      })
      .where(
        and(
          eq(users.id, bound('id')),
          not(sql`(${isLastOfRole(users)} and (${isReassigned} or coalesce(${disabled}, 0)))`),
        ),
      )
      .returning(),
  );

  // Nothing runs between these: a writing method holds the database's write lock.
  return async (userId, changes, { at, keepLastOf }) => {
    if ((await find(userId)) === null) return { kind: 'missing' };
    const isOthers = (owner: UserRecord | null): boolean => owner !== null && owner.id !== userId;
    const { name = null, searchName = null, username = null, email: address = null, role: newRole = null, disabled: switched, profile } = changes;
    if (address !== null && isOthers(await findByEmail(address))) return { kind: 'taken', field: 'email' };
    if (username !== null && isOthers(await findByUsername(username))) return { kind: 'taken', field: 'username' };
    const [user] = await update({
      id: userId,
      name,
      username,
      email: address,
      role: newRole,
      disabled: switched === undefined ? null : Number(switched),
      profile: profile === undefined ? null : JSON.stringify(profile),
      searchName,
      at,
      keepLastOf,
    });
    return user === undefined ? { kind: 'last-of-role' } : { kind: 'updated', user };
  };
}
