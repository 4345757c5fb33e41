import type { PasskeyStore } from '@sallyport/core';
import { and, desc, eq, not, sql } from 'drizzle-orm';
import { bound, boundRow, query } from './engine/query.js';
import { isLastCredential } from './last-credential.js';
import type { Session } from './session.js';

export function passkeyMethods({ db, schema }: Session): PasskeyStore {
  const { passkeys, users } = schema;
  const id = eq(passkeys.id, bound('id'));
  const ofUser = eq(passkeys.userId, bound('userId'));
  const own = and(id, ofUser);
  const ofCredential = eq(passkeys.credentialId, bound('credentialId'));
  const returningId = { id: passkeys.id };

  const findCredential = query('passkeys.insert', () => db.select(returningId).from(passkeys).where(ofCredential));
  const findOwned = query('passkeys.insert', () => db.select(returningId).from(passkeys).where(ofUser));
  const insert = query('passkeys.insert', () => db.insert(passkeys).values(boundRow(passkeys)));
  const list = query('passkeys.list', () => db.select().from(passkeys).where(ofUser).orderBy(desc(passkeys.id)));
  const findWithUser = query('passkeys.findWithUser', () =>
    db.select({ passkey: passkeys, user: users }).from(passkeys).innerJoin(users, eq(users.id, passkeys.userId)).where(ofCredential),
  );
  const use = query('passkeys.use', () =>
    db
      .update(passkeys)
      .set({ counter: bound('counter'), backedUp: bound('backedUp', passkeys.backedUp), lastUsedAt: bound('at') })
      .where(and(id, sql`(${passkeys.counter} < ${bound('counter')} or (${passkeys.counter} = 0 and ${bound('counter')} = 0))`))
      .returning(returningId),
  );
  const rename = query('passkeys.rename', () => db.update(passkeys).set({ name: bound('name') }).where(own).returning());
  const findOwn = query('passkeys.remove', () => db.select(returningId).from(passkeys).where(own));
  const remove = query('passkeys.remove', () =>
    db.delete(passkeys).where(and(own, not(isLastCredential(schema)))).returning(returningId),
  );
  const removeAll = query('passkeys.removeAll', () => db.delete(passkeys).where(ofUser).returning(returningId));

  return {
    async insert(passkey, max) {
      const { userId, credentialId } = passkey;
      // Nothing runs between these: a writing method holds the database's write lock.
      if ((await findCredential({ credentialId })).length > 0) return 'exists';
      if ((await findOwned({ userId })).length >= max) return 'too-many';
      await insert({ ...passkey });
      return 'inserted';
    },
    list: async (userId) => list({ userId }),
    findWithUser: async (credentialId) => (await findWithUser({ credentialId }))[0] ?? null,
    use: async (passkeyId, { counter, backedUp, at }) => (await use({ id: passkeyId, counter, backedUp, at })).length > 0,
    rename: async (passkeyId, userId, name) => (await rename({ id: passkeyId, userId, name }))[0] ?? null,
    async remove(passkeyId, userId) {
      const key = { id: passkeyId, userId };
      if ((await remove(key)).length > 0) return 'removed';
      return (await findOwn(key)).length > 0 ? 'last-credential' : 'missing';
    },
    removeAll: async (userId) => (await removeAll({ userId })).length,
  };
}
