import { hasTwoFactor } from '../../model/factor-policy.js';
import { SYSTEM_CALLER, type AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { toUser, type UserData } from '../../model/user.js';
import { actorOf } from '../../model/actor.js';
import { refuse, withTransaction, type TransactionContext } from '../../unit-of-work.js';
import type { EventSubject } from '../../model/events.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { removeSecondFactor } from '../two-factor/remove-second-factor.js';
import { clearLockout } from '../two-factor/begin-factor-attempt.js';

export interface ResetTwoFactorRequest extends AuthenticatedRequest {
  readonly id: string;
}

/**
 * Turns two-factor off for a user who has lost the factor, and notifies them. Ends their sessions, trust in their
 * devices, and a pause or stop of factor checks. Fails with `NOT_FOUND`, `TWO_FACTOR_NOT_ENABLED`, and `FORBIDDEN` for
 * the administrator's own account.
 */
export async function resetTwoFactor(
  context: Context,
  { id, current, caller }: ResetTwoFactorRequest,
): Promise<UserData> {
  const about = { userId: id, ...actorOf(current) };
  if (id === current.user.id) {
    // M6: users need a factor and a recent proof to turn off their own two-factor. This route must not be a way around
    // that.
    await refuse(context, { caller, code: 'FORBIDDEN', event: { type: 'access.denied', outcome: 'failure', ...about, detail: { code: 'FORBIDDEN' } } });
  }
  const user = await withTransaction(context, { caller, work: (tx) => reset(tx, { id, about }) });
  return { user: toUser(context, user) };
}

async function reset(
  context: TransactionContext,
  { id, about }: { readonly id: string; readonly about: EventSubject },
): Promise<UserRecord> {
  const { unit, clock } = context;
  const user = await unit.users.find(id);
  if (user === null) throw new AuthError('NOT_FOUND');
  if (!hasTwoFactor(user)) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  const at = clock.now();
  await removeSecondFactor(context, id);
  const revoked = await unit.sessions.revokeAll(id, at, 'two-factor-disabled');
  await clearLockout(context, id);
  await unit.record({ type: 'two-factor.disabled', outcome: 'success', ...about, detail: { revoked } });
  await notifyOwner(context, { user, notice: 'two-factor-reset', caller: SYSTEM_CALLER });
  return { ...user, twoFactorEnabledAt: null };
}
