import type { BackupCodeStore } from '../../ports/store/factors.js';
import { requireUser, type Tables } from './tables.js';

export function memoryBackupCodes(tables: Tables): BackupCodeStore {
  const { backupCodes } = tables;

  return {
    async replace(userId, codes) {
      if (codes.length > 0) requireUser(tables, userId);
      backupCodes.deleteBy('userId', userId);
      for (const code of codes) backupCodes.add({ ...code, userId });
    },
    async use(userId, hashes, at) {
      const code = backupCodes
        .by('userId', userId)
        .find(({ codeHash, usedAt }) => usedAt === null && hashes.includes(codeHash));
      if (code === undefined) return false;
      backupCodes.replace({ ...code, usedAt: at });
      return true;
    },
    async countUnused(userId) {
      return backupCodes.by('userId', userId).filter(({ usedAt }) => usedAt === null).length;
    },
  };
}
