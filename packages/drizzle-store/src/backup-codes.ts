import type { BackupCodeStore } from '@sallyport/core';
import { and, count, eq, inArray, isNull } from 'drizzle-orm';
import { bound, boundRow, isOneOf, query } from './engine/query.js';
import type { Session } from './session.js';

export function backupCodeMethods({ db, schema }: Session): BackupCodeStore {
  const { backupCodes } = schema;
  const ofUser = eq(backupCodes.userId, bound('userId'));
  const unused = isNull(backupCodes.usedAt);
  const returningId = { id: backupCodes.id };

  const insert = query('backupCodes.replace', () => db.insert(backupCodes).values(boundRow(backupCodes)));
  const use = query('backupCodes.use', () =>
    db
      .update(backupCodes)
      .set({ usedAt: bound('at') })
      .where(inArray(backupCodes.id, firstOf()))
      .returning(returningId),
  );
  const firstOf = () =>
    db
      .select(returningId)
      .from(backupCodes)
      .where(and(ofUser, unused, isOneOf(backupCodes.codeHash, 'hashes')))
      .limit(1);
  const countUnused = query('backupCodes.countUnused', () =>
    db.select({ unused: count() }).from(backupCodes).where(and(ofUser, unused)),
  );
  const removeAll = query('backupCodes.replace', () => db.delete(backupCodes).where(ofUser));

  return {
    async replace(userId, codes) {
      await removeAll({ userId });
      for (const code of codes) await insert({ ...code, userId });
    },
    use: async (userId, hashes, at) => (await use({ userId, hashes: JSON.stringify(hashes), at })).length > 0,
    countUnused: async (userId) => (await countUnused({ userId }))[0]?.unused ?? 0,
  };
}
