import type { Context } from '../../context.js';
import { hasTwoFactor, preferredMethod } from '../../model/factor-policy.js';
import type { UserRecord } from '../../ports/store/users.js';
import { isOffered } from './factor-delivery.js';
import type { TwoFactorStatusData } from './schema.js';

/** The second factors that the user can use at present. */
export async function twoFactorStatus(context: Context, user: UserRecord): Promise<TwoFactorStatusData> {
  const { factors: store, backupCodes } = context.store;
  const factors = (await store.listConfirmed(user.id)).filter(({ method }) => isOffered(context, method));
  return {
    enabled: hasTwoFactor(user),
    methods: factors.map(({ method }) => method),
    preferred: preferredMethod(factors),
    backupCodesRemaining: await backupCodes.countUnused(user.id),
  };
}
