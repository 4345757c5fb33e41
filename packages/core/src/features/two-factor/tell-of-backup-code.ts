import { notifyOwner } from '../notifications/notify-owner.js';
import type { NoticeInput, NotifyOwnerDeps } from '../notifications/notify-owner.js';

/** When the owner is told that the codes run out. */
const FEW = 3;

export type BackupCodeUse = Pick<NoticeInput, 'user' | 'caller'> & { readonly backupCodesRemaining: number };

/** Tells the owner that a backup code was used, and once that few are left. */
export async function tellOfBackupCode(deps: NotifyOwnerDeps, use: BackupCodeUse): Promise<void> {
  await notifyOwner(deps, { ...use, notice: 'backup-code-used' });
  if (use.backupCodesRemaining === FEW) await notifyOwner(deps, { ...use, notice: 'backup-codes-low' });
}
