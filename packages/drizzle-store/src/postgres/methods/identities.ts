import type { IdentityStore } from '@sallyport/core';
import { and, count, desc, eq } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { isLastCredential } from './last-credential.js';
import { lockUser } from './locks.js';

/** Each method is one atomic statement unless noted otherwise. */
export function identityMethods(session: Session): IdentityStore {
  const { db, held, schema } = session;
  const { identities } = schema;
  const columns = recordColumns(identities);
  const returningId = { id: identities.id };
  const id = eq(identities.id, bound('id'));
  const ofUser = eq(identities.userId, bound('userId'));
  const bySubject = and(eq(identities.issuer, bound('issuer')), eq(identities.subject, bound('subject')));

  const lock = lockUser(session, 'identities');
  const isLast = isLastCredential(session, 'identities.remove');
  const countOfUser = query('identities.insert', () => db.select({ total: count() }).from(identities).where(ofUser));
  const isTaken = query('identities.insert', () => db.select(returningId).from(identities).where(bySubject));
  const insert = query('identities.insert', () =>
    db
      .insert(identities)
      .values(boundRow(identities))
      .onConflictDoNothing({ target: [identities.issuer, identities.subject] })
      .returning(returningId),
  );
  const find = query('identities.find', () => held(db.select(columns).from(identities).where(id)));
  const findBySubject = query('identities.findBySubject', () => held(db.select(columns).from(identities).where(bySubject)));
  const list = query('identities.list', () => held(db.select(columns).from(identities).where(ofUser).orderBy(desc(identities.id))));
  const recordUse = query('identities.recordUse', () =>
    db
      .update(identities)
      .set({ email: bound('email'), sealedTokens: bound('sealedTokens'), lastUsedAt: moment('at') })
      .where(id)
      .returning(returningId),
  );
  const findOwn = query('identities.remove', () => db.select(returningId).from(identities).where(and(id, ofUser)));
  const remove = query('identities.remove', () => db.delete(identities).where(id));
  const removeAll = query('identities.removeAll', () => db.delete(identities).where(ofUser).returning(returningId));

  return {
    // Under the user's lock: otherwise two concurrent inserts would not count each other.
    insert: async (identity, max) =>
      session.atomically(async () => {
        const { userId, issuer, subject } = identity;
        await lock({ userId });
        if ((await isTaken({ issuer, subject })).length > 0) return 'taken';
        if (((await countOfUser({ userId }))[0]?.total ?? 0) >= max) return 'full';
        // Waits for another user's concurrent insert of the same subject.
        return (await insert({ ...identity })).length > 0 ? 'inserted' : 'taken';
      }),
    find: async (identityId) => (await find({ id: identityId }))[0] ?? null,
    findBySubject: async (issuer, subject) => (await findBySubject({ issuer, subject }))[0] ?? null,
    list: async (userId) => list({ userId }),
    recordUse: async (identityId, use) => (await recordUse({ id: identityId, ...use })).length > 0,
    // Under the user's lock: otherwise the last two credentials could both be removed, since each sees the other.
    remove: async (identityId, userId) =>
      session.atomically(async () => {
        await lock({ userId });
        const key = { id: identityId, userId };
        if ((await findOwn(key)).length === 0) return 'missing';
        if (await isLast(key)) return 'last-credential';
        await remove({ id: identityId });
        return 'removed';
      }),
    // Under the user's lock: otherwise an identity that is being added would be missed.
    removeAll: async (userId) =>
      session.atomically(async () => {
        await lock({ userId });
        return (await removeAll({ userId })).length;
      }),
  };
}
