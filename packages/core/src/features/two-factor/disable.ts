import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { transact } from '../../unit-of-work.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { sessionAuth } from '../../model/auth-block.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { demandPassword } from '../passwords/demand-password.js';
import type { DemandPasswordDeps } from '../passwords/demand-password.js';
import { isRecent } from '../../model/recency.js';
import type { SessionState } from '../../services/session-cache.js';
import { checkSecondFactor } from './check-second-factor.js';
import type { FactorCheck } from './check-second-factor.js';
import type { DisableData, DisableInput } from './schema.js';
import { sentForSubject } from './step-up-token.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';

export type DisableDeps = DemandPasswordDeps & Pick<Deps, 'settings' | 'keyring'>;

export interface DisableRequest extends DisableInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Turns two-factor off: by a factor, and by the password or a recent session besides (security.md M6). Trust in devices
 * ends with it (M7). Fails with `TWO_FACTOR_NOT_ENABLED`, `INVALID_CREDENTIALS`, `STEP_UP_REQUIRED`,
 * `INVALID_TWO_FACTOR_CODE` and `TOO_MANY_REQUESTS`.
 */
export async function disable(deps: DisableDeps, request: DisableRequest): Promise<DisableData> {
  const { current, caller } = request;
  const { user, session } = current;
  if (user.twoFactorEnabledAt === null) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  await proveRecency(deps, request);
  const at = deps.clock.now();
  const check = await transact(deps, {
    caller,
    work: (unit) => attempt({ ...deps, unit }, { request, at }),
  });
  if (check.kind === 'paused') throw tooManyRequests(deps, check.retryAt);
  if (check.kind === 'wrong') throw new AuthError('INVALID_TWO_FACTOR_CODE');
  const off = { ...user, twoFactorEnabledAt: null };
  return { disabledAt: isoTime(at), auth: sessionAuth(deps, { user: off, session }) };
}

/** A thief of an unlocked phone has the session and the app, but neither the password nor a fresh proof of it. */
async function proveRecency(deps: DisableDeps, { password, current, caller }: DisableRequest): Promise<void> {
  if (password !== undefined) return demandPassword(deps, { current, password, caller });
  if (!isRecent(deps, current.session)) throw new AuthError('STEP_UP_REQUIRED', { requires: 'PASSWORD' });
}

async function attempt(
  deps: DisableDeps & { readonly unit: UnitOfWork },
  { request, at }: { readonly request: DisableRequest; readonly at: number },
): Promise<FactorCheck> {
  const { unit } = deps;
  const { token: code, current, caller } = request;
  const { user, session } = current;
  const sentFor = await sentForSubject(deps, { kind: 'session', user, state: current });
  const check = await checkSecondFactor(deps, { userId: user.id, code, acceptBackupCodes: true, sentFor });
  if (check.kind !== 'passed') {
    await unit.record({
      type: 'two-factor.failed',
      outcome: 'failure',
      userId: user.id,
      sessionId: session.id,
      detail: { reason: check.kind, method: 'any' },
    });
    return check;
  }
  await removeSecondFactor(deps, { userId: user.id, at });
  await unit.record({ type: 'two-factor.disabled', outcome: 'success', userId: user.id, sessionId: session.id });
  await notifyOwner(deps, { user, notice: 'two-factor-disabled', caller });
  return check;
}

/** Takes everything away that a second factor consists of. */
export async function removeSecondFactor(
  { unit }: { readonly unit: UnitOfWork },
  { userId, at }: { readonly userId: string; readonly at: number },
): Promise<void> {
  await unit.factors.removeAll(userId);
  await unit.backupCodes.removeAll(userId);
  await unit.users.setTwoFactor(userId, null);
  await unit.devices.distrustAll(userId);
  await unit.oneTimeTokens.voidAll(userId, ['challenge', 'step-up', 'factor-setup'], at);
  unit.forgetState(userId);
}
