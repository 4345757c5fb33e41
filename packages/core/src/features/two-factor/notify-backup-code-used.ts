import type { TransactionContext } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import type { NoticeInput } from '../notifications/notify-owner.js';

/** When the owner is told that the codes run out. */
const FEW = 3;

export type BackupCodeUse = Pick<NoticeInput, 'user' | 'caller'> & { readonly backupCodesRemaining: number };

/** Tells the owner that a backup code was used, and once that few are left. */
export async function notifyBackupCodeUsed(context: TransactionContext, use: BackupCodeUse): Promise<void> {
  await notifyOwner(context, { ...use, notice: 'backup-code-used' });
  if (use.backupCodesRemaining === FEW) await notifyOwner(context, { ...use, notice: 'backup-codes-low' });
}
