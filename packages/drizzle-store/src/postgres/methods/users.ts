import type { UserStore } from '@sallyport/core';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { StoreError } from '../../errors.js';
import { DatabaseFault, UNIQUE_VIOLATION } from '../connection/faults.js';
import { query } from '../connection/query.js';
import { bound, boundRow, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { changeEmail } from './change-email.js';
import { listUsers } from './list-users.js';
import { removeUser } from './remove-user.js';
import { updateUser } from './update-user.js';

/** Each method is one atomic statement unless noted otherwise. */
export function userMethods(session: Session): UserStore {
  const { db, held, schema } = session;
  const { users } = schema;
  const columns = recordColumns(users);
  const returningId = { id: users.id };
  const id = eq(users.id, bound('id'));
  const atVersion = eq(users.securityVersion, bound('securityVersion'));
  const isSameTwoFactor = sql`${users.twoFactorEnabledAt} is not distinct from ${moment('twoFactorEnabledAt')}`;
  const raised = sql`${users.securityVersion} + 1`;

  const insert = query('users.insert', () => db.insert(users).values(boundRow(users)).onConflictDoNothing().returning(returningId));
  const ownerOf = {
    id: query('users.insert', () => db.select(returningId).from(users).where(id)),
    email: query('users.insert', () => db.select(returningId).from(users).where(eq(users.email, bound('email')))),
    username: query('users.insert', () => db.select(returningId).from(users).where(eq(users.username, bound('username')))),
  };
  const find = query('users.find', () => held(db.select(columns).from(users).where(id)));
  const findByEmail = query('users.findByEmail', () => held(db.select(columns).from(users).where(eq(users.email, bound('email')))));
  const findByUsername = query('users.findByUsername', () =>
    held(db.select(columns).from(users).where(eq(users.username, bound('username')))),
  );
  const replaceHash = query('users.replacePasswordHash', () =>
    db
      .update(users)
      .set({ passwordHash: bound('to') })
      .where(and(id, eq(users.passwordHash, bound('from'))))
      .returning(returningId),
  );
  const recordLogin = query('users.recordLogin', () =>
    db
      .update(users)
      .set({ lastLoginAt: moment('at') })
      .where(and(id, atVersion, isSameTwoFactor, isNull(users.disabledAt)))
      .returning(returningId),
  );
  const setPassword = query('users.setPassword', () =>
    db
      .update(users)
      .set({ passwordHash: bound('hash'), passwordChangedAt: moment('at'), securityVersion: raised })
      .where(and(id, sql`${users.securityVersion} = coalesce(${bound('securityVersion')}::integer, ${users.securityVersion})`))
      .returning(returningId),
  );
  const verifyEmail = query('users.verifyEmail', () =>
    db
      .update(users)
      .set({ emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, ${moment('at')})` })
      .where(and(id, eq(users.email, bound('email'))))
      .returning(returningId),
  );
  const setPhone = query('users.setPhone', () =>
    db
      .update(users)
      .set({ phone: bound('phone'), phoneVerifiedAt: moment('verifiedAt'), updatedAt: moment('at') })
      .where(id),
  );
  const clearClaim = query('users.clearClaim', () =>
    db.update(users).set({ profile: null, phone: null, phoneVerifiedAt: null, updatedAt: moment('at') }).where(id),
  );
  const setTwoFactor = query('users.setTwoFactor', () =>
    db
      .update(users)
      .set({ twoFactorEnabledAt: moment('enabledAt') })
      .where(and(id, sql`(${users.twoFactorEnabledAt} is null) <> (${moment('enabledAt')} is null)`))
      .returning(returningId),
  );

  return {
    // Waits for a concurrent insert of the same email. It raises no error, so a surrounding transaction stays usable.
    async insert(user) {
      if ((await insert({ ...user })).length > 0) return { kind: 'inserted' };
      if ((await ownerOf.email({ email: user.email })).length > 0) return { kind: 'taken', field: 'email' };
      if ((await ownerOf.username({ username: user.username })).length > 0) return { kind: 'taken', field: 'username' };
      if ((await ownerOf.id({ id: user.id })).length > 0) throw new StoreError(UNIQUE_VIOLATION, 'users.insert');
      // The previous owner has been removed since.
      throw new DatabaseFault('conflict', UNIQUE_VIOLATION);
    },
    find: async (userId) => (await find({ id: userId }))[0] ?? null,
    findByEmail: async (email) => (await findByEmail({ email }))[0] ?? null,
    findByUsername: async (username) => (await findByUsername({ username }))[0] ?? null,
    ...listUsers(session),
    update: updateUser(session),
    replacePasswordHash: async (userId, from, to) => (await replaceHash({ id: userId, from, to })).length > 0,
    // The first change locks the row; the other one checks the conditions again (Read Committed).
    recordLogin: async (userId, { securityVersion, twoFactorEnabledAt }, at) =>
      (await recordLogin({ id: userId, securityVersion, twoFactorEnabledAt, at })).length > 0,
    setPassword: async (userId, { hash, at, securityVersion = null }) =>
      (await setPassword({ id: userId, hash, at: hash === null ? null : at, securityVersion })).length > 0,
    verifyEmail: async (userId, email, at) => (await verifyEmail({ id: userId, email, at })).length > 0,
    changeEmail: changeEmail(session),
    setPhone: async (userId, phone, at) =>
      void (await setPhone({ id: userId, phone, at, verifiedAt: phone === null ? null : at })),
    clearClaim: async (userId, at) => void (await clearClaim({ id: userId, at })),
    setTwoFactor: async (userId, enabledAt) => (await setTwoFactor({ id: userId, enabledAt })).length > 0,
    remove: removeUser(session),
  };
}
