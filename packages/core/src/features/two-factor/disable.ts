import type { Context } from '../../context.js';
import { wayToStepUp } from '../../http/way-to-step-up.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import { isRecent } from '../../model/recency.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { requirePassword } from '../passwords/require-password.js';
import { removeSecondFactor } from './remove-second-factor.js';
import type { DisableData, DisableInput } from './schema.js';
import { withSecondFactor } from './with-second-factor.js';

export type DisableRequest = DisableInput & AuthenticatedRequest;

/**
 * Turns two-factor off. Requires a code or backup code, and the password or a recent session (security.md M6). Ends
 * trust in devices (M7). Fails with `TWO_FACTOR_NOT_ENABLED`, `INVALID_CREDENTIALS`, `STEP_UP_REQUIRED`,
 * `INVALID_TWO_FACTOR_CODE` and `TOO_MANY_REQUESTS`.
 */
export async function disable(context: Context, request: DisableRequest): Promise<DisableData> {
  const { token: code, current, caller } = request;
  const { user, session } = current;
  if (!hasTwoFactor(user)) throw new AuthError('TWO_FACTOR_NOT_ENABLED');
  await requireRecentProof(context, request);
  const at = context.clock.now();
  const about = { userId: user.id, sessionId: session.id };
  await withSecondFactor(context, {
    subject: { kind: 'session', user, state: current },
    code,
    about,
    caller,
    async work(tx) {
      await removeSecondFactor(tx, user.id);
      await tx.unit.record({ type: 'two-factor.disabled', outcome: 'success', ...about });
      await notifyOwner(tx, { user, notice: 'two-factor-disabled', caller });
    },
  });
  const off = { ...user, twoFactorEnabledAt: null };
  return { disabledAt: isoTime(at), auth: sessionAuth(context, { user: off, session }) };
}

/** A thief with an unlocked phone has the session and the authenticator app, but not the password. */
async function requireRecentProof(context: Context, { password, current, caller }: DisableRequest): Promise<void> {
  if (password !== undefined) return requirePassword(context, { current, password, caller });
  if (!isRecent(context, current.session)) throw new AuthError('STEP_UP_REQUIRED', { requires: await wayToStepUp(context, current.user) });
}
