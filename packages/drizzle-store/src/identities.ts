import type { IdentityStore } from '@sallyport/core';
import { and, count, desc, eq, not } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import { isLastCredential } from './last-credential.js';
import type { Session } from './session.js';

export function identityMethods({ db, schema }: Session): IdentityStore {
  const { identities } = schema;
  const id = eq(identities.id, bound('id'));
  const ofUser = eq(identities.userId, bound('userId'));
  const bySubject = and(eq(identities.issuer, bound('issuer')), eq(identities.subject, bound('subject')));
  const returningId = { id: identities.id };

  const countOfUser = query('identities.insert', () => db.select({ total: count() }).from(identities).where(ofUser));
  const isTaken = query('identities.insert', () => db.select(returningId).from(identities).where(bySubject));
  const insert = query('identities.insert', () => db.insert(identities).values(boundRow(identities)));
  const find = query('identities.find', () => db.select().from(identities).where(id));
  const findBySubject = query('identities.findBySubject', () => db.select().from(identities).where(bySubject));
  const list = query('identities.list', () => db.select().from(identities).where(ofUser).orderBy(desc(identities.id)));
  const recordUse = query('identities.recordUse', () =>
    db
      .update(identities)
      .set({ email: bound('email'), sealedTokens: bound('sealedTokens'), lastUsedAt: bound('at') })
      .where(id)
      .returning(returningId),
  );
  const findOwn = query('identities.remove', () => db.select(returningId).from(identities).where(and(id, ofUser)));
  const remove = query('identities.remove', () =>
    db.delete(identities).where(and(id, ofUser, not(isLastCredential(schema)))).returning(returningId),
  );
  const removeAll = query('identities.removeAll', () => db.delete(identities).where(ofUser).returning(returningId));

  // There is one writer at a time, so these reads still hold at the write.
  return {
    async insert(identity, max) {
      const { userId, issuer, subject } = identity;
      if ((await isTaken({ issuer, subject })).length > 0) return 'taken';
      if (((await countOfUser({ userId }))[0]?.total ?? 0) >= max) return 'full';
      await insert({ ...identity });
      return 'inserted';
    },
    find: async (identityId) => (await find({ id: identityId }))[0] ?? null,
    findBySubject: async (issuer, subject) => (await findBySubject({ issuer, subject }))[0] ?? null,
    list: async (userId) => list({ userId }),
    recordUse: async (identityId, use) => (await recordUse({ id: identityId, ...use })).length > 0,
    async remove(identityId, userId) {
      const key = { id: identityId, userId };
      if ((await findOwn(key)).length === 0) return 'missing';
      return (await remove(key)).length > 0 ? 'removed' : 'last-credential';
    },
    removeAll: async (userId) => (await removeAll({ userId })).length,
  };
}
