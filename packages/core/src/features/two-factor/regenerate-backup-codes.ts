import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import type { SessionState } from '../../services/session-cache.js';
import { makeBackupCodes } from './backup-code.js';
import type { BackupCodesData } from './schema.js';

export type RegenerateBackupCodesDeps = TransactDeps & Pick<Deps, 'settings' | 'random' | 'keyring'>;

/** Makes a new set of backup codes; the old one is void. Fails with `TWO_FACTOR_NOT_ENABLED`. */
export async function regenerateBackupCodes(
  deps: RegenerateBackupCodesDeps,
  { current, caller }: { readonly current: SessionState; readonly caller: Caller },
): Promise<BackupCodesData> {
  const { user, session } = current;
  if (user.twoFactorEnabledAt === null) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  const made = makeBackupCodes(deps, user.id);
  await transact(deps, {
    caller,
    async work(unit) {
      await unit.backupCodes.replace(user.id, made.records);
      await unit.record({
        type: 'two-factor.backup-codes-replaced',
        outcome: 'success',
        userId: user.id,
        sessionId: session.id,
      });
      await notifyOwner({ ...deps, unit }, { user, notice: 'backup-codes-replaced', caller });
    },
  });
  return { backupCodes: made.codes };
}
