import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { withTransaction } from '../../unit-of-work.js';
import { claimAccount } from '../accounts/claim-account.js';
import { newUser } from '../accounts/new-user.js';
import { runHook } from '../hooks/run-hook.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { emailLoginOf } from './email-login-of.js';

export interface ProveAddressInput {
  readonly token: OneTimeTokenRecord;
  /** The account of the address; `null` if there is none. */
  readonly user: UserRecord | null;
  readonly email: string;
  readonly consume: (tx: TransactionContext) => Promise<void>;
  readonly caller: Caller;
}

/**
 * The account of an address that is proven for the first time: claimed where somebody had registered it (security.md R7), or made
 * where `signUp` allows it. `null` if it is disabled, or if there is none and none may be made.
 */
export async function proveAddress(context: Context, input: ProveAddressInput): Promise<UserRecord | null> {
  const { user } = input;
  if (user !== null) return user.disabledAt === null ? claim(context, { ...input, user }) : null;
  // A token of a user who is gone, or has another address by now, makes no new account.
  const mayMake = input.token.userId === null && emailLoginOf(context).signUp && context.settings.registration.enabled;
  return mayMake ? signUp(context, input) : null;
}

async function claim(
  context: Context,
  { user, email, consume, caller }: ProveAddressInput & { readonly user: UserRecord },
): Promise<UserRecord | null> {
  return withTransaction(context, {
    caller,
    async work(tx) {
      const { unit, clock } = tx;
      await consume(tx);
      const now = await unit.users.find(user.id);
      if (now === null || !(await unit.users.verifyEmail(user.id, email, clock.now()))) return null;
      if (await claimAccount(tx, { user: now, by: 'email-login' })) {
        // R7: the password was set by whoever registered the address, and so was one that waits in a mailed token.
        if (now.passwordHash !== null) await unit.users.setPassword(user.id, { hash: null, at: clock.now() });
      }
      await voidOneTimeTokens(tx, user.id);
      await unit.record({ type: 'email.verified', outcome: 'success', userId: user.id });
      return unit.users.find(user.id);
    },
  });
}

/** An account without a password, named after its address until its owner changes that. */
async function signUp(context: Context, { email, consume, caller }: ProveAddressInput): Promise<UserRecord | null> {
  const role = context.settings.registration.defaultRole;
  const name = email.slice(0, email.lastIndexOf('@'));
  await runHook(context, {
    hook: context.settings.hooks.beforeRegister,
    attempt: { email, name, username: null, role, profile: undefined, caller },
    refusal: (detail) => ({ type: 'account.registration-refused', outcome: 'failure', detail }),
  });
  const made = newUser(context, { email, name, username: undefined, profile: undefined, role, passwordHash: null });
  const user = { ...made, emailVerifiedAt: made.createdAt };
  return withTransaction(context, {
    caller,
    async work(tx) {
      await consume(tx);
      if ((await tx.unit.users.insert(user)).kind === 'taken') return null;
      await tx.unit.record({ type: 'account.registered', outcome: 'success', userId: user.id, detail: { role } });
      return user;
    },
  });
}
