import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import { toUser } from '../../model/user.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import { rememberDevice } from '../devices/remember-device.js';
import { runHook } from '../hooks/run-hook.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import { forgetGuesses } from '../throttling/count-password-attempt.js';
import { hashLinkToken } from '../tokens/link-token.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { clearLockout } from '../two-factor/begin-factor-attempt.js';
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
 * Sets the password of whoever holds the token of a reset or of an invitation, and proves their address with it. Every
 * session ends, and so does trust in devices; nobody is logged in, and second factors stay as they are (security.md R3).
 * The device is one of the user's from then on: it has shown that the mailbox is theirs, and guesses at the new password
 * that others make must not keep it out of the login that is due now (L2).
 *
 * A token that is bad, used or expired is `INVALID_RESET_TOKEN`; after `WEAK_PASSWORD` or a veto it is as good as before.
 */
export async function resetPassword(
  context: Context,
  { token: secret, newPassword, deviceToken, caller }: ResetPasswordRequest,
): Promise<ResetPasswordData> {
  const { store, clock, hasher } = context;
  const token = await store.oneTimeTokens.findLive(hashLinkToken(secret), ['password-reset', 'invitation'], clock.now());
  const user = token === null || token.userId === null ? null : await store.users.find(token.userId);
  if (token === null || user === null || user.disabledAt !== null) return refuse(context, { userId: user?.id ?? null, caller });
  // Before the token is used up, and outside of the transaction: both the policy and the hash take their time.
  await checkPasswordPolicy(context, { path: 'newPassword', password: newPassword, owner: user, caller });
  await runHook(context, {
    hook: context.settings.hooks.beforePasswordChange,
    attempt: { user: toUser(context, user), by: wayOf(token), caller },
    refusal: (detail) => ({ type: 'password.reset-refused', outcome: 'failure', userId: user.id, actorId: null, detail }),
  });
  const reset: Reset = { user, token, hash: await hasher.hash({ password: newPassword, caller }), deviceToken, caller };
  const known = await withTransaction(context, { caller, work: (tx) => apply(tx, reset) });
  return known !== null ? { auth: LOGGED_OUT, deviceToken: known } : refuse(context, { userId: user.id, caller });
}

function wayOf({ purpose }: OneTimeTokenRecord): 'password-reset' | 'invitation' {
  return purpose === 'invitation' ? purpose : 'password-reset';
}

/** The token of the device, or `null` where the reset was not to be. */
async function apply(
  context: TransactionContext,
  { user, token, hash, deviceToken, caller }: Reset,
): Promise<string | null> {
  const { unit } = context;
  const at = context.clock.now();
  // R1: of two resets at once one wins; a token voided since it was found loses too.
  if (!(await unit.oneTimeTokens.consume(token.id, at))) return null;
  if (!(await unit.users.setPassword(user.id, { hash, at }))) return null;
  unit.invalidateSessionCache(user.id);
  const { email } = token.payload;
  // The mailbox has received the token, so it is its holder's; if it still is the account's.
  if (typeof email === 'string') await unit.users.verifyEmail(user.id, email, at);
  const revoked = await unit.sessions.revokeAll(user.id, at, 'password-reset');
  await unit.devices.distrustAll(user.id);
  await voidOneTimeTokens(context, user.id);
  // A way out of a pause that somebody else's guesses have caused; the factor itself is still asked for.
  await clearLockout(context, user.id);
  await forgetGuesses(context, user);
  const known = await recognizeDevice(context, { userId: user.id, deviceToken });
  const device = await rememberDevice(context, { userId: user.id, known, caller });
  await unit.record({
    type: 'password.reset',
    outcome: 'success',
    userId: user.id,
    detail: { by: wayOf(token), revoked },
  });
  // Whoever accepts an invitation has had no password that somebody could have reset.
  if (user.passwordHash !== null) await notifyOwner(context, { user, notice: 'password-reset', caller });
  return device.deviceToken;
}

async function refuse(
  context: Context,
  { userId, caller }: { readonly userId: string | null; readonly caller: Caller },
): Promise<never> {
  await recordRefusal(context, { caller, event: { type: 'password.reset-refused', outcome: 'failure', userId, actorId: null, detail: { reason: 'invalid-token' } } });
  throw new AuthError('INVALID_RESET_TOKEN');
}
