import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import { withTransaction } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { makeBackupCodes } from './backup-code.js';
import type { BackupCodesData } from './schema.js';

/** Creates a new set of backup codes, which voids the old one. Fails with `TWO_FACTOR_NOT_ENABLED`. */
export async function regenerateBackupCodes(
  context: Context,
  { current, caller }: AuthenticatedRequest,
): Promise<BackupCodesData> {
  const { user, session } = current;
  const made = makeBackupCodes(context, user.id);
  await withTransaction(context, {
    caller,
    async work(tx) {
      const { unit } = tx;
      const now = await unit.users.find(user.id);
      if (now === null || !hasTwoFactor(now)) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
      await unit.backupCodes.replace(user.id, made.records);
      await unit.record({
        type: 'two-factor.backup-codes-replaced',
        outcome: 'success',
        userId: user.id,
        sessionId: session.id,
      });
      await notifyOwner(tx, { user, notice: 'backup-codes-replaced', caller });
    },
  });
  return { backupCodes: made.codes };
}
