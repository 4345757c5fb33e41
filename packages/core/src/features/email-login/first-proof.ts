import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Caller } from '../../model/caller.js';
import type { OneTimeTokenRecord } from '../../ports/store/one-time-tokens.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { claimAccount } from '../accounts/claim-account.js';
import { prepareSignUp, storeSignUp } from '../accounts/sign-up-without-password.js';
import type { FinishLoginInput } from '../login/finish-login.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';

export interface FirstProofInput {
  readonly token: OneTimeTokenRecord;
  /** The account of the address; `null` if there is none. */
  readonly user: UserRecord | null;
  readonly email: string;
  readonly consume: (tx: TransactionContext) => Promise<void>;
  readonly caller: Caller;
}

/** The user as the proof makes them, and the change that does so in the transaction of the login. */
export type FirstProof = Pick<FinishLoginInput, 'user' | 'consume'>;

/**
 * Handles an address that is proven for the first time: an existing account is claimed (security.md R7); a new one is
 * created if `signUp` allows it. Returns `null` if the account is disabled, or if there is none and none may be
 * created.
 */
export async function firstProof(context: Context, input: FirstProofInput): Promise<FirstProof | null> {
  const { user } = input;
  if (user !== null) return user.disabledAt === null ? claim(context, { ...input, user }) : null;
  // A token of a user who was removed, or has another address by now, does not create an account.
  const mayMake = input.token.userId === null && settingsOf(context, 'emailLogin').signUp && context.settings.registration.enabled;
  return mayMake ? signUp(context, input) : null;
}

function claim({ clock }: Context, { user, email, consume }: FirstProofInput & { readonly user: UserRecord }): FirstProof {
  return {
    user: { ...user, emailVerifiedAt: clock.now(), twoFactorEnabledAt: null },
    async consume(tx) {
      const { unit } = tx;
      const at = clock.now();
      await consume(tx);
      const before = await unit.users.find(user.id);
      if (before === null || !(await unit.users.verifyEmail(user.id, email, at))) throw new AuthError('INVALID_LOGIN_TOKEN');
      const isClaimed = await claimAccount(tx, { user: before, by: 'email-login' });
      // R7: the person who registered the address set this password. The same holds for a password that waits in a
      // mailed token.
      if (isClaimed && before.passwordHash !== null) await unit.users.setPassword(user.id, { hash: null, at });
      await voidOneTimeTokens(tx, user.id);
      await unit.record({ type: 'email.verified', outcome: 'success', userId: user.id });
      return (await unit.users.find(user.id)) ?? before;
    },
  };
}

/** An account without a password. Its name is taken from the address until the owner changes it. */
async function signUp(context: Context, { email, consume, caller }: FirstProofInput): Promise<FirstProof> {
  const name = email.slice(0, email.lastIndexOf('@'));
  const user = await prepareSignUp(context, { email, name, isProven: true, caller });
  return {
    user,
    async consume(tx) {
      await consume(tx);
      // Another request has created the account in the meantime. The rollback keeps the token: unless that request has
      // proven the address, it can be used again.
      if (!(await storeSignUp(tx, user))) throw new AuthError('INVALID_LOGIN_TOKEN');
      return user;
    },
  };
}
