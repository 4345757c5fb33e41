import { hasTwoFactor } from '../../model/factor-policy.js';
import type { Context } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { isOffered } from './is-offered.js';
import { preferredMethod } from '../../model/factor-policy.js';
import type { TwoFactorStatusData } from './schema.js';

/** What second factors the user has. */
export async function twoFactorStatus(
  context: Context,
  user: UserRecord,
): Promise<TwoFactorStatusData> {
  const factors = (await context.store.factors.listConfirmed(user.id)).filter(({ method }) => isOffered(context, method));
  return {
    enabled: hasTwoFactor(user),
    methods: factors.map(({ method }) => method),
    preferred: preferredMethod(factors),
    backupCodesRemaining: await context.store.backupCodes.countUnused(user.id),
  };
}
