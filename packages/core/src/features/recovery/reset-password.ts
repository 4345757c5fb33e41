import type { Context } from '../../context.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { refuse, withTransaction } from '../../unit-of-work.js';
import { hashNewPassword } from '../passwords/hash-new-password.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { findToken } from '../tokens/find-token.js';
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
  const found = await findToken(context, { secret, purposes: ['password-reset', 'invitation'] });
  const user = found?.isLive && found.token.userId !== null ? await context.store.users.find(found.token.userId) : null;
  const refusal = { type: 'password.reset-refused', outcome: 'failure', userId: user?.id ?? null, actorId: null } as const;
  const invalid = { caller, code: 'INVALID_RESET_TOKEN', event: { ...refusal, detail: { reason: 'invalid-token' } } } as const;
  if (!found || user === null || user.disabledAt !== null) return refuse(context, invalid);
  const { token } = found;
  // Before the token is used up: a password that is refused does not cost it.
  const hash = await hashNewPassword(context, { user, newPassword, by: resetKind(token), refusal: (detail) => ({ ...refusal, detail }), caller });
  const deviceTokenNow = await withTransaction(context, { caller, work: (tx) => applyPasswordReset(tx, { user, token, hash, deviceToken, caller }) });
  return deviceTokenNow === null ? refuse(context, invalid) : { auth: LOGGED_OUT, deviceToken: deviceTokenNow };
}
