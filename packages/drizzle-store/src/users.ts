import type { UpdateUserOutcome, UserStore } from '@sallyport/core';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import { StoreError } from './errors.js';
import { listUsers } from './list-users.js';
import { removeUser } from './remove-user.js';
import type { Session } from './session.js';
import { type FindUsers, updateUser } from './update-user.js';

export function userMethods(session: Session): UserStore {
  const { db, schema } = session;
  const { users } = schema;
  const id = bound('id');
  const version = bound('securityVersion');
  const isSameTwoFactor = sql`${users.twoFactorEnabledAt} is ${bound('twoFactorEnabledAt')}`;
  const raised = sql`${users.securityVersion} + 1`;
  const insert = query('users.insert', () =>
    // Drizzle would encode a bound `null` as the JSON text `null`.
    db.insert(users).values({ ...boundRow(users), profile: bound('profile') }).onConflictDoNothing().returning({ id: users.id }),
  );
  const find = query('users.find', () => db.select().from(users).where(eq(users.id, id)));
  const findByEmail = query('users.findByEmail', () => db.select().from(users).where(eq(users.email, bound('email'))));
  const findByUsername = query('users.findByUsername', () =>
    db.select().from(users).where(eq(users.username, bound('username'))),
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
      .where(and(eq(users.id, id), eq(users.securityVersion, version), isSameTwoFactor, isNull(users.disabledAt)))
      .returning({ id: users.id }),
  );
  const setPassword = query('users.setPassword', () =>
    db
      .update(users)
      .set({ passwordHash: bound('hash'), passwordChangedAt: bound('at'), securityVersion: raised })
      .where(and(eq(users.id, id), sql`${users.securityVersion} = coalesce(${version}, ${users.securityVersion})`))
      .returning({ id: users.id }),
  );
  const verifyEmail = query('users.verifyEmail', () =>
    db
      .update(users)
      .set({ emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, ${bound('at')})` })
      .where(and(eq(users.id, id), eq(users.email, bound('email'))))
      .returning({ id: users.id }),
  );
  const changeEmail = query('users.changeEmail', () =>
    db
      .update(users)
      .set({
        email: bound('email'),
        emailVerifiedAt: bound('at'),
        securityVersion: raised,
        updatedAt: bound('at'),
      })
      .where(and(eq(users.id, id), eq(users.securityVersion, version)))
      .returning(),
  );
  const setPhone = query('users.setPhone', () =>
    db
      .update(users)
      .set({ phone: bound('phone'), phoneVerifiedAt: bound('verifiedAt'), updatedAt: bound('at') })
      .where(eq(users.id, id)),
  );
  const clearClaim = query('users.clearClaim', () =>
    db.update(users).set({ profile: null, phone: null, phoneVerifiedAt: null, updatedAt: bound('at') }).where(eq(users.id, id)),
  );
  const setTwoFactor = query('users.setTwoFactor', () =>
    db
      .update(users)
      .set({ twoFactorEnabledAt: bound('enabledAt') })
      .where(and(eq(users.id, id), sql`(${users.twoFactorEnabledAt} is null) <> (${bound('enabledAt')} is null)`))
      .returning({ id: users.id }),
  );

  const finders: FindUsers = {
    find: async (userId) => (await find({ id: userId }))[0] ?? null,
    findByEmail: async (email) => (await findByEmail({ email }))[0] ?? null,
    findByUsername: async (username) => (await findByUsername({ username }))[0] ?? null,
  };

  return {
    async insert(user) {
      const profile = user.profile === null ? null : JSON.stringify(user.profile);
      if ((await insert({ ...user, profile })).length > 0) return { kind: 'inserted' };
      if ((await findByEmail({ email: user.email })).length > 0) return { kind: 'taken', field: 'email' };
      if (user.username !== null && (await finders.findByUsername(user.username)) !== null) return { kind: 'taken', field: 'username' };
      throw new StoreError('SQLITE_CONSTRAINT_PRIMARYKEY', 'users.insert');
    },
    ...finders,
    ...listUsers(session),
    update: updateUser(session, finders),
    replacePasswordHash: async (userId, from, to) => (await replaceHash({ id: userId, from, to })).length > 0,
    recordLogin: async (userId, { securityVersion, twoFactorEnabledAt }, at) =>
      (await recordLogin({ id: userId, securityVersion, twoFactorEnabledAt, at })).length > 0,
    setPassword: async (userId, { hash, at, securityVersion = null }) =>
      (await setPassword({ id: userId, hash, at: hash === null ? null : at, securityVersion })).length > 0,
    verifyEmail: async (userId, email, at) => (await verifyEmail({ id: userId, email, at })).length > 0,
    async changeEmail(userId, change): Promise<UpdateUserOutcome> {
      // Nothing runs between these: a writing method holds the database's write lock.
      const before = await finders.find(userId);
      if (before?.securityVersion !== change.securityVersion) return { kind: 'missing' };
      const owner = await finders.findByEmail(change.email);
      if (owner !== null && owner.id !== userId) return { kind: 'taken', field: 'email' };
      const [user] = await changeEmail({ ...change, id: userId });
      return user === undefined ? { kind: 'missing' } : { kind: 'updated', user };
    },
    setPhone: async (userId, phone, at) =>
      void (await setPhone({ id: userId, phone, at, verifiedAt: phone === null ? null : at })),
    clearClaim: async (userId, at) => void (await clearClaim({ id: userId, at })),
    setTwoFactor: async (userId, enabledAt) => (await setTwoFactor({ id: userId, enabledAt })).length > 0,
    remove: removeUser(session),
  };
}
