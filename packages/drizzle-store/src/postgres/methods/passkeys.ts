import type { PasskeyStore } from '@sallyport/core';
import { and, desc, eq, sql } from 'drizzle-orm';
import { DatabaseFault, UNIQUE_VIOLATION } from '../connection/faults.js';
import { query } from '../connection/query.js';
import { bound, boundRow, moment, recordColumns } from '../connection/values.js';
import type { Session } from '../session.js';
import { isLastCredential } from './last-credential.js';
import { lockUser } from './locks.js';

/**
 * Methods that count a user's passkeys hold the user's lock, so that concurrent calls cannot exceed the limit or remove the last
 * credential.
 */
export function passkeyMethods(session: Session): PasskeyStore {
  const { db, held, schema } = session;
  const { passkeys, users } = schema;
  const columns = recordColumns(passkeys);
  const returningId = { id: passkeys.id };
  const id = eq(passkeys.id, bound('id'));
  const ofUser = eq(passkeys.userId, bound('userId'));
  const own = and(id, ofUser);
  // The cast is needed: next to a 0, the database would infer a signed 32-bit integer.
  const counter = sql`${bound('counter')}::bigint`;
  const ofCredential = eq(passkeys.credentialId, bound('credentialId'));

  const lock = lockUser(session, 'passkeys');
  const isLast = isLastCredential(session, 'passkeys.remove');
  const findCredential = query('passkeys.insert', () => db.select(returningId).from(passkeys).where(ofCredential));
  const findOwned = query('passkeys.insert', () => db.select(returningId).from(passkeys).where(ofUser));
  const insert = query('passkeys.insert', () => db.insert(passkeys).values(boundRow(passkeys)).onConflictDoNothing().returning(returningId));
  const list = query('passkeys.list', () => held(db.select(columns).from(passkeys).where(ofUser).orderBy(desc(passkeys.id))));
  const findWithUser = query('passkeys.findWithUser', () =>
    held(
      db
        .select({ passkey: columns, user: recordColumns(users) })
        .from(passkeys)
        .innerJoin(users, eq(users.id, passkeys.userId))
        .where(ofCredential),
    ),
  );
  const use = query('passkeys.use', () =>
    db
      .update(passkeys)
      .set({ counter, backedUp: bound('backedUp'), lastUsedAt: moment('at') })
      .where(and(id, sql`(${passkeys.counter} < ${counter} or (${passkeys.counter} = 0 and ${counter} = 0))`))
      .returning(returningId),
  );
  const rename = query('passkeys.rename', () => db.update(passkeys).set({ name: bound('name') }).where(own).returning(columns));
  const findOwn = query('passkeys.remove', () => db.select(returningId).from(passkeys).where(own));
  const remove = query('passkeys.remove', () => db.delete(passkeys).where(own));
  const removeAll = query('passkeys.removeAll', () => db.delete(passkeys).where(ofUser).returning(returningId));

  return {
    insert: async (passkey, max) =>
      session.atomically(async () => {
        const { userId, credentialId } = passkey;
        await lock({ userId });
        if ((await findCredential({ credentialId })).length > 0) return 'exists';
        if ((await findOwned({ userId })).length >= max) return 'too-many';
        // Waits for a concurrent insert of the same credential id. It raises no error, so a surrounding transaction stays usable.
        if ((await insert({ ...passkey })).length > 0) return 'inserted';
        if ((await findCredential({ credentialId })).length > 0) return 'exists';
        // The previous owner has been removed since.
        throw new DatabaseFault('conflict', UNIQUE_VIOLATION);
      }),
    list: async (userId) => list({ userId }),
    findWithUser: async (credentialId) => (await findWithUser({ credentialId }))[0] ?? null,
    // One conditional UPDATE: the second of two concurrent ones compares with the counter that the first has stored.
    use: async (passkeyId, { counter, backedUp, at }) => (await use({ id: passkeyId, counter, backedUp, at })).length > 0,
    rename: async (passkeyId, userId, name) => (await rename({ id: passkeyId, userId, name }))[0] ?? null,
    remove: async (passkeyId, userId) =>
      session.atomically(async () => {
        const key = { id: passkeyId, userId };
        await lock({ userId });
        if ((await findOwn(key)).length === 0) return 'missing';
        if (await isLast(key)) return 'last-credential';
        await remove(key);
        return 'removed';
      }),
    // Under the user's lock: otherwise a passkey that is being added would be missed.
    removeAll: async (userId) =>
      session.atomically(async () => {
        await lock({ userId });
        return (await removeAll({ userId })).length;
      }),
  };
}
