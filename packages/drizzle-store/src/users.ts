import type { UpdateUserOutcome, UserStore } from '@sallyport/core';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Db, bound, boundRow, query } from './engine/query.js';
import { StoreError } from './errors.js';
import { devices, sessions, users } from './schema.js';

export function userVerbs(db: Db): UserStore {
  const id = bound('id');
  const insert = query('users.insert', () =>
    db.insert(users).values(boundRow(users)).onConflictDoNothing().returning({ id: users.id }),
  );
  const find = query('users.find', () => db.select().from(users).where(eq(users.id, id)));
  const findByEmail = query('users.findByEmail', () => db.select().from(users).where(eq(users.email, bound('email'))));
  const findByUsername = query('users.findByUsername', () =>
    db.select().from(users).where(eq(users.username, bound('username'))),
  );
  const update = query('users.updateProfile', () =>
    db
      .update(users)
      .set({
        name: sql`coalesce(${bound('name')}, ${users.name})`,
        username: sql`coalesce(${bound('username')}, ${users.username})`,
        updatedAt: bound('at'),
      })
      .where(eq(users.id, id))
      .returning(),
  );
  const replaceHash = query('users.replacePasswordHash', () =>
    db
      .update(users)
      .set({ passwordHash: bound('to') })
      .where(and(eq(users.id, id), eq(users.passwordHash, bound('from'))))
      .returning({ id: users.id }),
  );
  const recordLogin = query('users.recordLogin', () =>
    db
      .update(users)
      .set({ lastLoginAt: bound('at') })
      .where(and(eq(users.id, id), eq(users.securityVersion, bound('securityVersion')), isNull(users.disabledAt)))
      .returning({ id: users.id }),
  );
  const remove = query('users.remove', () =>
    db
      .delete(users)
      .where(
        and(
          eq(users.id, id),
          sql`(${users.role} <> ${bound('role')} or ${users.disabledAt} is not null or exists (
            select 1 from ${users} as other
            where other.role = ${bound('role')} and other.disabled_at is null and other.id <> ${id}))`,
        ),
      )
      .returning({ id: users.id }),
  );
  const removeSessions = query('users.remove', () => db.delete(sessions).where(eq(sessions.userId, id)));
  const removeDevices = query('users.remove', () => db.delete(devices).where(eq(devices.userId, id)));

  const whoHas = async (username: string | null) =>
    username === null ? null : ((await findByUsername({ username }))[0] ?? null);

  return {
    async insert(user) {
      if ((await insert({ ...user })).length > 0) return { kind: 'inserted' };
      if ((await findByEmail({ email: user.email })).length > 0) return { kind: 'taken', field: 'email' };
      if ((await whoHas(user.username)) !== null) return { kind: 'taken', field: 'username' };
      throw new StoreError('SQLITE_CONSTRAINT_PRIMARYKEY', 'users.insert');
    },
    find: async (userId) => (await find({ id: userId }))[0] ?? null,
    findByEmail: async (email) => (await findByEmail({ email }))[0] ?? null,
    findByUsername: whoHas,
    async updateProfile(userId, { name = null, username = null }, at): Promise<UpdateUserOutcome> {
      // Nobody comes between these: a verb that writes has the database's write lock.
      if ((await find({ id: userId })).length === 0) return { kind: 'missing' };
      const owner = await whoHas(username);
      if (owner !== null && owner.id !== userId) return { kind: 'taken', field: 'username' };
      const [user] = await update({ id: userId, name, username, at });
      return user === undefined ? { kind: 'missing' } : { kind: 'updated', user };
    },
    replacePasswordHash: async (userId, from, to) => (await replaceHash({ id: userId, from, to })).length > 0,
    recordLogin: async (userId, securityVersion, at) =>
      (await recordLogin({ id: userId, securityVersion, at })).length > 0,
    async remove(userId, keepLastOf) {
      if ((await remove({ id: userId, role: keepLastOf })).length === 0) {
        return (await find({ id: userId })).length > 0 ? 'last-of-role' : 'missing';
      }
      // Not left to the foreign keys alone: an application's own database may not enforce them.
      await removeSessions({ id: userId });
      await removeDevices({ id: userId });
      return 'removed';
    },
  };
}
