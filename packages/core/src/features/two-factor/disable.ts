import type { Context } from '../../context.js';
import { wayToStepUp } from '../../http/way-to-step-up.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import { isRecent } from '../../model/recency.js';
import type { SessionState } from '../../model/session-state.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { requirePassword } from '../passwords/require-password.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { checkSecondFactor, type FactorCheck } from './check-second-factor.js';
import type { DisableData, DisableInput } from './schema.js';
import { sentForSubject } from './step-up-token.js';

export interface DisableRequest extends DisableInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Turns two-factor off. Requires a code or backup code, and the password or a recent session (security.md M6). Ends
 * trust in devices (M7). Fails with `TWO_FACTOR_NOT_ENABLED`, `INVALID_CREDENTIALS`, `STEP_UP_REQUIRED`,
 * `INVALID_TWO_FACTOR_CODE` and `TOO_MANY_REQUESTS`.
 */
export async function disable(context: Context, request: DisableRequest): Promise<DisableData> {
  const { current, caller } = request;
  const { user, session } = current;
  if (!hasTwoFactor(user)) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  await requireRecentProof(context, request);
  const at = context.clock.now();
  const check = await withTransaction(context, { caller, work: (tx) => attempt(tx, request) });
  if (check.kind === 'paused') throw tooManyRequests(context, check.retryAt);
  if (check.kind === 'wrong') throw new AuthError('INVALID_TWO_FACTOR_CODE');
  const off = { ...user, twoFactorEnabledAt: null };
  return { disabledAt: isoTime(at), auth: sessionAuth(context, { user: off, session }) };
}

/** A thief with an unlocked phone has the session and the authenticator app, but not the password. */
async function requireRecentProof(context: Context, { password, current, caller }: DisableRequest): Promise<void> {
  if (password !== undefined) return requirePassword(context, { current, password, caller });
  if (!isRecent(context, current.session)) throw new AuthError('STEP_UP_REQUIRED', { requires: await wayToStepUp(context, current.user) });
}

async function attempt(context: TransactionContext, { token: code, current, caller }: DisableRequest): Promise<FactorCheck> {
  const { unit } = context;
  const { user, session } = current;
  const sentFor = await sentForSubject(context, { kind: 'session', user, state: current });
  const check = await checkSecondFactor(context, { userId: user.id, code, sentFor });
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
  await removeSecondFactor(context, user.id);
  await unit.record({ type: 'two-factor.disabled', outcome: 'success', userId: user.id, sessionId: session.id });
  await notifyOwner(context, { user, notice: 'two-factor-disabled', caller });
  return check;
}

/**
 * Removes all factors, set-ups and backup codes, trust in devices, and every token issued before (security.md M7, R1).
 */
export async function removeSecondFactor(context: TransactionContext, userId: string): Promise<void> {
  const { unit } = context;
  await unit.factors.removeAll(userId);
  await unit.backupCodes.replace(userId, []);
  await unit.users.setTwoFactor(userId, null);
  await unit.devices.distrustAll(userId);
  await voidOneTimeTokens(context, userId);
  unit.invalidateSessionCache(userId);
}
