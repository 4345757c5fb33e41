import type { Caller } from '../../model/caller.js';
import { isInvited } from '../../model/user-status.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { claimAccount } from '../accounts/claim-account.js';
import { forgetDevices } from '../devices/forget-devices.js';
import { recognizeDevice } from '../devices/recognize-device.js';
import { rememberDevice } from '../devices/remember-device.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { forgetGuesses } from '../throttling/attempt-subject.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';

/** A reset whose token and new password were checked. */
export interface PasswordReset {
  readonly user: UserRecord;
  readonly token: OneTimeTokenRecord;
  readonly hash: string;
  readonly deviceToken: string | undefined;
  readonly caller: Caller;
}

/** Sets the password. Returns the token of the device; `null` if the token was used or voided in the meantime. */
export async function applyPasswordReset(
  context: TransactionContext,
  { user: known, token, hash, deviceToken, caller }: PasswordReset,
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
    detail: { by: resetKind(token), revoked },
  });
  // An invited person has nothing yet that the owner must be told about.
  if (!isInvited(user)) await notifyOwner(context, { user, notice: 'password-reset', caller });
  return remembered.deviceToken;
}

/** What the token was mailed for. */
export function resetKind({ purpose }: OneTimeTokenRecord): 'password-reset' | 'invitation' {
  return purpose === 'invitation' ? purpose : 'password-reset';
}
