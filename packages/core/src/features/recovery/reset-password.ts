import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { isLiveToken } from '../../model/one-time-token.js';
import { toUser } from '../../model/user.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { runHook } from '../hooks/run-hook.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { applyPasswordReset, resetKind } from './apply-password-reset.js';
import type { ResetPasswordData, ResetPasswordInput } from './schema.js';

export interface ResetPasswordRequest extends ResetPasswordInput {
  /** Of a device that has logged in before. */
  readonly deviceToken?: string | undefined;
  readonly caller: Caller;
}

/**
 * Sets the password by the token of a reset or an invitation, and marks the mailed address as verified. All sessions
 * end and other devices are forgotten. Does not log in. Second factors stay on, and a pause or stop of their checks
 * stays in force (security.md R3, M4), unless the address was never proven before: then the reset claims the account
 * (R7).
 *
 * The answer contains a device token: other people's attempts at the new password must not lock out the owner (L2).
 *
 * An invalid, used or expired token is `INVALID_RESET_TOKEN`. `WEAK_PASSWORD` or a veto does not use the token up.
 */
export async function resetPassword(context: Context, request: ResetPasswordRequest): Promise<ResetPasswordData> {
  return withHashingPlace(context, { caller: request.caller, work: (held) => reset(held, request) });
}

async function reset(
  context: Context,
  { token: secret, newPassword, deviceToken, caller }: ResetPasswordRequest,
): Promise<ResetPasswordData> {
  const { store, clock, hasher } = context;
  const token = await store.oneTimeTokens.findByHash(hashLinkToken(secret), ['password-reset', 'invitation']);
  const isLive = token !== null && isLiveToken(token, clock.now());
  const user = isLive && token.userId !== null ? await store.users.find(token.userId) : null;
  if (token === null || user === null || user.disabledAt !== null) return refuse(context, { userId: user?.id ?? null, caller });
  // Before the token is used up and outside of the transaction: the policy check and the hash take time.
  await checkPasswordPolicy(context, { path: 'newPassword', password: newPassword, owner: user, caller });
  await runHook(context, {
    hook: context.settings.hooks.beforePasswordChange,
    attempt: { user: toUser(context, user), by: resetKind(token), caller },
    refusal: (detail) => ({ type: 'password.reset-refused', outcome: 'failure', userId: user.id, actorId: null, detail }),
  });
  const hash = await hasher.hash({ password: newPassword, caller });
  const deviceTokenNow = await withTransaction(context, { caller, work: (tx) => applyPasswordReset(tx, { user, token, hash, deviceToken, caller }) });
  return deviceTokenNow === null ? refuse(context, { userId: user.id, caller }) : { auth: LOGGED_OUT, deviceToken: deviceTokenNow };
}

async function refuse(
  context: Context,
  { userId, caller }: { readonly userId: string | null; readonly caller: Caller },
): Promise<never> {
  await recordRefusal(context, { caller, event: { type: 'password.reset-refused', outcome: 'failure', userId, actorId: null, detail: { reason: 'invalid-token' } } });
  throw new AuthError('INVALID_RESET_TOKEN');
}
