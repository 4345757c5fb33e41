import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import type { Caller } from '../../model/caller.js';
import { isInvited } from '../../model/user-status.js';
import { isLiveToken } from '../../model/one-time-token.js';
import { toUser } from '../../model/user.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { claimAccount } from '../accounts/claim-account.js';
import { forgetDevices } from '../devices/forget-devices.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import { rememberDevice } from '../devices/remember-device.js';
import { runHook } from '../hooks/run-hook.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { forgetGuesses } from '../throttling/attempt-subject.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import type { ResetPasswordData, ResetPasswordInput } from './schema.js';

export interface ResetPasswordRequest extends ResetPasswordInput {
  /** Of a device that has logged in before. */
  readonly deviceToken?: string | undefined;
  readonly caller: Caller;
}

interface Reset {
  readonly user: UserRecord;
  readonly token: OneTimeTokenRecord;
  readonly hash: string;
  readonly deviceToken: string | undefined;
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
    attempt: { user: toUser(context, user), by: wayOf(token), caller },
    refusal: (detail) => ({ type: 'password.reset-refused', outcome: 'failure', userId: user.id, actorId: null, detail }),
  });
  const hash = await hasher.hash({ password: newPassword, caller });
  const deviceTokenNow = await withTransaction(context, { caller, work: (tx) => apply(tx, { user, token, hash, deviceToken, caller }) });
  return deviceTokenNow === null ? refuse(context, { userId: user.id, caller }) : { auth: LOGGED_OUT, deviceToken: deviceTokenNow };
}

function wayOf({ purpose }: OneTimeTokenRecord): 'password-reset' | 'invitation' {
  return purpose === 'invitation' ? purpose : 'password-reset';
}

/** Returns the token of the device; `null` if the token was used or voided in the meantime. */
async function apply(
  context: TransactionContext,
  { user: known, token, hash, deviceToken, caller }: Reset,
): Promise<string | null> {
  const { unit } = context;
  const at = context.clock.now();
  // R1: of two concurrent resets one wins; a token that was voided since it was read loses too.
  if (!(await unit.oneTimeTokens.consume(token.id, at))) return null;
  const user = await unit.users.find(known.id);
  if (user === null || !(await unit.users.setPassword(user.id, { hash, at }))) return null;
  unit.invalidateSessionCache(user.id);
  const revoked = await unit.sessions.revokeAll(user.id, at, 'password-reset');
  const { email } = token.payload;
  // The person who has the token reads this mailbox. That counts only if it is still the address of the account.
  const isProven = typeof email === 'string' && (await unit.users.verifyEmail(user.id, email, at));
  const isClaimed = isProven && (await claimAccount(context, { user, by: 'password-reset' }));
  const device = isClaimed ? null : await recognizeDevice(context, { userId: user.id, deviceToken });
  await forgetDevices(context, { userId: user.id, keep: device?.deviceId ?? null });
  await voidOneTimeTokens(context, user.id);
  await forgetGuesses(context, user);
  const remembered = await rememberDevice(context, { userId: user.id, known: device, caller });
  await unit.record({
    type: 'password.reset',
    outcome: 'success',
    userId: user.id,
    detail: { by: wayOf(token), revoked },
  });
  // An invited person has nothing yet that the owner would have to be told about.
  if (!isInvited(user)) await notifyOwner(context, { user, notice: 'password-reset', caller });
  return remembered.deviceToken;
}

async function refuse(
  context: Context,
  { userId, caller }: { readonly userId: string | null; readonly caller: Caller },
): Promise<never> {
  await recordRefusal(context, { caller, event: { type: 'password.reset-refused', outcome: 'failure', userId, actorId: null, detail: { reason: 'invalid-token' } } });
  throw new AuthError('INVALID_RESET_TOKEN');
}
