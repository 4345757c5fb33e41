import type { BackupCodeStore } from '@sallyport/core';
import { and, eq, isNull } from 'drizzle-orm';
import { query } from '../connection/query.js';
import { bound, boundRow, isOneOf, moment } from '../connection/values.js';
import type { Session } from '../session.js';
import { lockUser } from './locks.js';

/** Every change of a user's codes holds the user's lock, so that counting and replacing them is consistent. */
export function backupCodeMethods(session: Session): BackupCodeStore {
  const { db, isInTransaction, schema } = session;
  const { backupCodes } = schema;
  const returningId = { id: backupCodes.id };
  const ofUser = eq(backupCodes.userId, bound('userId'));
  const unused = isNull(backupCodes.usedAt);

  const lock = lockUser(session, 'backupCodes.replace');
  const insert = query('backupCodes.replace', () => db.insert(backupCodes).values(boundRow(backupCodes)));
  const find = query('backupCodes.use', () =>
    db
      .select(returningId)
      .from(backupCodes)
      .where(and(ofUser, unused, isOneOf(backupCodes.codeHash, 'hashes')))
      .limit(1),
  );
  const use = query('backupCodes.use', () =>
    db
      .update(backupCodes)
      .set({ usedAt: moment('at') })
      .where(and(eq(backupCodes.id, bound('id')), unused))
      .returning(returningId),
  );
  const listUnused = query('backupCodes.countUnused', () => db.select(returningId).from(backupCodes).where(and(ofUser, unused)));
  const removeAll = query('backupCodes.replace', () => db.delete(backupCodes).where(ofUser));

  return {
    replace: async (userId, codes) =>
      session.atomically(async () => {
        await lock({ userId });
        await removeAll({ userId });
        for (const code of codes) await insert({ ...code, userId });
      }),
    use: async (userId, hashes, at) =>
      session.atomically(async () => {
        await lock({ userId });
        const [code] = await find({ userId, hashes });
        return code !== undefined && (await use({ id: code.id, at })).length > 0;
      }),
    async countUnused(userId) {
      if (isInTransaction) await lock({ userId });
      return (await listUnused({ userId })).length;
    },
  };
}
