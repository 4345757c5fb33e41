import type { Deps } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { isOffered, preferredMethod } from './methods.js';
import type { TwoFactorStatusData } from './schema.js';

/** What second factors the user has. */
export async function twoFactorStatus(
  deps: Pick<Deps, 'store' | 'settings' | 'channels'>,
  user: UserRecord,
): Promise<TwoFactorStatusData> {
  const factors = (await deps.store.factors.listConfirmed(user.id)).filter(({ method }) => isOffered(deps, method));
  return {
    enabled: user.twoFactorEnabledAt !== null,
    methods: factors.map(({ method }) => method),
    preferred: preferredMethod(factors),
    backupCodesRemaining: await deps.store.backupCodes.countUnused(user.id),
  };
}
