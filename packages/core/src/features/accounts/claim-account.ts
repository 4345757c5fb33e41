import type { AuthEventOf } from '../../model/events.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext, UnitOfWork } from '../../unit-of-work.js';
import { forgetDevices } from '../devices/forget-devices.js';
import { removeSecondFactor } from '../two-factor/disable.js';

export interface ClaimAccountInput {
  /** As they were before the address was proven. */
  readonly user: UserRecord;
  /** How the address was proven. */
  readonly by: AuthEventOf<'account.claimed'>['detail']['by'];
}

type ClaimStep = (context: TransactionContext, user: UserRecord) => Promise<unknown>;

/** What goes with the earlier claimant. A feature that stores other ways in (identities) adds its step here. */
const CLAIM_STEPS: readonly ClaimStep[] = [
  (context, { id }) => removeSecondFactor(context, id),
  ({ unit }, { id }) => unit.passkeys.removeAll(id),
  ({ unit }, { id }) => unit.identities.removeAll(id),
  (context, { id: userId }) => forgetDevices(context, { userId, keep: null }),
  ({ unit, clock }, { id }) => unit.users.clearClaim(id, clock.now()),
];

/**
 * Gives the account to whoever has just proven its address, if nobody had proven it before (security.md R7): somebody
 * else may have registered it. Their sessions end, and their second factors, passkeys, identities, devices, phone number and
 * profile are removed. Name and username stay: they open nothing, and an owner who never verified the address would lose them. Says
 * whether the account was claimed.
 *
 * Call it for a proof that replaces the password or does without it, in the transaction that marks the address as
 * verified. A verification link is no such proof: whoever knows the password keeps the account.
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
 * An invited person who has not been here yet: what is there was entered by an administrator. A sign-up by a provider has neither
 * password nor login so far, but an identity that would let its claimant in later.
 */
async function isUntouched({ identities }: UnitOfWork, { id, passwordHash, lastLoginAt }: UserRecord): Promise<boolean> {
  return passwordHash === null && lastLoginAt === null && (await identities.list(id)).length === 0;
}
