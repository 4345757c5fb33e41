import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { NOWHERE } from '../../http/request-caller.js';
import type { UserRecord } from '../../ports/store/users.js';
import { toUser } from '../../model/user.js';
import type { UserData } from '../../model/user.js';
import { doerOf } from '../../model/actor.js';
import { recordEvent, transact } from '../../unit-of-work.js';
import type { EventSubject } from '../../model/events.js';
import type { TransactDeps, UnitOfWork } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import type { NotifyOwnerDeps } from '../notifications/notify-owner.js';
import type { SessionState } from '../../services/session-cache.js';
import { removeSecondFactor } from '../two-factor/disable.js';
import { endPause } from '../two-factor/pause-guessing.js';

export type ResetTwoFactorDeps = TransactDeps & Pick<Deps, 'settings'>;

export interface ResetTwoFactorRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Takes the second factor from somebody who has lost it, and tells them. Their sessions end, as does trust in their devices.
 * Fails with `NOT_FOUND`, `TWO_FACTOR_NOT_ENABLED`, and `FORBIDDEN` for one's own.
 */
export async function resetTwoFactor(
  deps: ResetTwoFactorDeps,
  { id, current, caller }: ResetTwoFactorRequest,
): Promise<UserData> {
  const about = { userId: id, ...doerOf(current) };
  if (id === current.user.id) {
    // Turning off one's own takes a factor, and a fresh proof (security.md M6): this must not be the way around it.
    await recordEvent(deps, { caller, event: { type: 'access.denied', outcome: 'failure', ...about, detail: { code: 'FORBIDDEN' } } });
    throw new AuthError('FORBIDDEN');
  }
  const user = await transact(deps, { caller, work: (unit) => reset({ ...deps, unit }, { id, about }) });
  return { user: toUser(deps, user) };
}

async function reset(
  deps: NotifyOwnerDeps & { readonly unit: UnitOfWork },
  { id, about }: { readonly id: string; readonly about: EventSubject },
): Promise<UserRecord> {
  const { unit, clock } = deps;
  const user = await unit.users.find(id);
  if (user === null) throw new AuthError('NOT_FOUND');
  if (user.twoFactorEnabledAt === null) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  const at = clock.now();
  await removeSecondFactor(deps, { userId: id, at });
  const revoked = await unit.sessions.revokeAll(id, at, 'two-factor-disabled');
  await endPause(deps, id);
  await unit.record({ type: 'two-factor.disabled', outcome: 'success', ...about, detail: { revoked } });
  await notifyOwner(deps, { user, notice: 'two-factor-reset', caller: NOWHERE });
  return { ...user, twoFactorEnabledAt: null };
}
