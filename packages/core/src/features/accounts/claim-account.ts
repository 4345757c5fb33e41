import type { AuthEventOf } from '../../model/events.js';
import { isInvited } from '../../model/user-status.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext, UnitOfWork } from '../../unit-of-work.js';
import { forgetDevices } from '../devices/forget-devices.js';
import { removeSecondFactor } from '../two-factor/remove-second-factor.js';

export interface ClaimAccountInput {
  /** The user before the address was proven. */
  readonly user: UserRecord;
  /** How the address was proven. */
  readonly by: AuthEventOf<'account.claimed'>['detail']['by'];
}

type ClaimStep = (context: TransactionContext, user: UserRecord) => Promise<unknown>;

/**
 * What is removed with the earlier claimant. A feature that stores other ways to log in, such as identities, adds a
 * step here.
 */
const CLAIM_STEPS: readonly ClaimStep[] = [
  (context, { id }) => removeSecondFactor(context, id),
  ({ unit }, { id }) => unit.passkeys.removeAll(id),
  ({ unit }, { id }) => unit.identities.removeAll(id),
  (context, { id: userId }) => forgetDevices(context, { userId, keep: null }),
  ({ unit, clock }, { id }) => unit.users.clearClaim(id, clock.now()),
];

/**
 * Gives the account to the person who has just proven its address, if the address was never proven before (security.md
 * R7): someone else may have registered it. Sessions end; second factors, passkeys, identities, devices, phone number
 * and profile are removed. Name and username stay: they give no access, and an owner who never verified the address
 * would lose them. Returns whether the account was claimed.
 *
 * Call it for a proof that replaces the password or does not need one, in the transaction that marks the address as
 * verified. A verification link is not such a proof: the person who knows the password keeps the account.
 */
export async function claimAccount(context: TransactionContext, { user, by }: ClaimAccountInput): Promise<boolean> {
  const { unit, clock } = context;
  if (user.emailVerifiedAt !== null || (await isUntouched(unit, user))) return false;
  const revoked = await unit.sessions.revokeAll(user.id, clock.now(), 'account-claimed');
  for (const step of CLAIM_STEPS) await step(context, user);
  unit.invalidateSessionCache(user.id);
  await unit.record({ type: 'account.claimed', outcome: 'success', userId: user.id, detail: { by, revoked } });
  return true;
}

/**
 * True for an invited person who has not logged in yet: all data was entered by an administrator. A sign-up by a
 * provider has no password and no login either, but it has an identity that would let an earlier claimant in.
 */
async function isUntouched({ identities }: UnitOfWork, user: UserRecord): Promise<boolean> {
  return isInvited(user) && (await identities.list(user.id)).length === 0;
}
