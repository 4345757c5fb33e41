import type { Caller } from '../../model/caller.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';

/** When this many backup codes are left, the owner is told once. */
const FEW_BACKUP_CODES = 3;

export interface BackupCodeUse {
  readonly user: UserRecord;
  readonly backupCodesRemaining: number;
  readonly caller: Caller;
}

/** Tells the owner that a backup code was used, and when few are left. */
export async function notifyBackupCodeUsed(context: TransactionContext, use: BackupCodeUse): Promise<void> {
  await notifyOwner(context, { ...use, notice: 'backup-code-used' });
  if (use.backupCodesRemaining === FEW_BACKUP_CODES) await notifyOwner(context, { ...use, notice: 'backup-codes-low' });
}
