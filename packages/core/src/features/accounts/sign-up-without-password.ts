import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { mailVerification } from '../email/mail-verification.js';
import { admitRegistration } from './admit-registration.js';
import { newUser } from './new-user.js';

export interface SignUp {
  readonly email: string;
  readonly name: string;
  /** Whether the person has proven the address. */
  readonly isProven: boolean;
  readonly caller: Caller;
}

/**
 * The account of a sign-up by a proven address or an identity: with the default role and without a password, not
 * stored yet. Calls `hooks.beforeRegister`, which may veto. Hooks take time, so it runs before the transaction.
 */
export async function prepareSignUp(context: Context, { email, name, isProven, caller }: SignUp): Promise<UserRecord> {
  const { settings } = context;
  const role = settings.registration.defaultRole;
  // As users have it: absent without a schema, `null` until the person has filled it in.
  const profile = settings.profile === undefined ? undefined : null;
  await admitRegistration(context, { email, name, username: null, role, profile, caller });
  const user = newUser(context, { email, name, username: undefined, profile: undefined, role, passwordHash: null });
  return isProven ? { ...user, emailVerifiedAt: user.createdAt } : user;
}

/** Stores the account, and mails the link to verify its address unless that is proven. Says whether it was free. */
export async function storeSignUp(tx: TransactionContext, user: UserRecord): Promise<boolean> {
  const { unit } = tx;
  if ((await unit.users.insert(user)).kind === 'taken') return false;
  await unit.record({ type: 'account.registered', outcome: 'success', userId: user.id, detail: { role: user.role } });
  if (user.emailVerifiedAt === null) await mailVerification(tx, user);
  return true;
}
