import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { toUser } from '../../model/user.js';
import { withTransaction } from '../../unit-of-work.js';
import { requireVerifiedEmail } from '../sessions/require-verified-email.js';
import { runHook } from '../hooks/run-hook.js';
import { sessionAuth } from '../../model/auth-block.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import { applyPasswordChange } from './apply-password-change.js';
import { checkPasswordPolicy } from './check-password-policy.js';
import { withHashingPlace } from './with-hashing-place.js';
import { requirePassword } from './require-password.js';
import type { ChangePasswordData, ChangePasswordInput } from './schema.js';

export interface ChangePasswordRequest extends ChangePasswordInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Changes the password, if the current one is right (security.md P5). Every other session ends, trust in devices and
 * outstanding tokens do too; other devices are forgotten. All access tokens stop at once (S6), the session's refresh token is
 * replaced, and the session goes on with the tokens returned. A wrong
 * current password is `INVALID_CREDENTIALS`, a new one that is no good `WEAK_PASSWORD`; a session that ended, or an account
 * that changed meanwhile, `INVALID_TOKEN`.
 */
export async function changePassword(context: Context, request: ChangePasswordRequest): Promise<ChangePasswordData> {
  return withHashingPlace(context, { caller: request.caller, work: (held) => change(held, request) });
}

async function change(
  context: Context,
  { currentPassword, newPassword, current, caller }: ChangePasswordRequest,
): Promise<ChangePasswordData> {
  const { user, session } = current;
  const refusal = { type: 'password.change-refused', detail: { reason: 'wrong-password' } } as const;
  await requirePassword(context, { current, password: currentPassword, caller, refusal });
  await requireVerifiedEmail(context, { user, sessionId: session.id, caller });
  await checkPasswordPolicy(context, { path: 'newPassword', password: newPassword, owner: user, caller });
  await runHook(context, {
    hook: context.settings.hooks.beforePasswordChange,
    attempt: { user: toUser(context, user), by: 'change', caller },
    refusal: (detail) => ({ type: 'password.change-refused', outcome: 'failure', userId: user.id, sessionId: session.id, detail }),
  });
  const hash = await context.hasher.hash({ password: newPassword, caller });
  const advanced = await withTransaction(context, { caller, work: (tx) => applyPasswordChange(tx, { current, hash, caller }) });
  if (advanced === null) throw new AuthError('INVALID_TOKEN');
  const { refreshToken, ...state } = advanced;
  const { accessToken, expiresAt } = await issueAccessToken(context, state);
  return { accessToken, refreshToken, expiresAt: isoTime(expiresAt), auth: sessionAuth(context, state) };
}
