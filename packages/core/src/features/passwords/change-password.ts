import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { withTransaction } from '../../unit-of-work.js';
import { requireVerifiedEmail } from '../sessions/require-verified-email.js';
import { issueTokens } from '../sessions/issue-tokens.js';
import type { SessionTokens } from '../sessions/schema.js';
import { applyPasswordChange } from './apply-password-change.js';
import { hashNewPassword } from './hash-new-password.js';
import { withHashingPlace } from './with-hashing-place.js';
import { requirePassword } from './require-password.js';
import type { ChangePasswordInput } from './schema.js';

export type ChangePasswordRequest = ChangePasswordInput & AuthenticatedRequest;

/**
 * Changes the password, if the current one is right (security.md P5). Every other session, the trust in devices and all
 * outstanding tokens end; other devices are forgotten. All access tokens become invalid at once (S6), the session's refresh
 * token is replaced, and the session goes on with the returned tokens. A wrong current password is `INVALID_CREDENTIALS`, a new
 * one that is not acceptable `WEAK_PASSWORD`; a session that ended, or an account that changed meanwhile, `INVALID_TOKEN`.
 */
export async function changePassword(context: Context, request: ChangePasswordRequest): Promise<SessionTokens> {
  return withHashingPlace(context, { caller: request.caller, work: (held) => change(held, request) });
}

async function change(
  context: Context,
  { currentPassword, newPassword, current, caller }: ChangePasswordRequest,
): Promise<SessionTokens> {
  const { user, session } = current;
  const refusal = { type: 'password.change-refused', detail: { reason: 'wrong-password' } } as const;
  await requirePassword(context, { current, password: currentPassword, caller, refusal });
  await requireVerifiedEmail(context, { user, sessionId: session.id, caller });
  const hash = await hashNewPassword(context, {
    user,
    newPassword,
    by: 'change',
    refusal: (detail) => ({ type: 'password.change-refused', outcome: 'failure', userId: user.id, sessionId: session.id, detail }),
    caller,
  });
  const advanced = await withTransaction(context, { caller, work: (tx) => applyPasswordChange(tx, { current, hash, caller }) });
  if (advanced === null) throw new AuthError('INVALID_TOKEN');
  return issueTokens(context, advanced);
}
