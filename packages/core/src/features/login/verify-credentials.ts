import type { Caller, Deps } from '../../deps.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordEvent } from '../audit/transact.js';
import { toUser } from '../accounts/user.js';
import { askHook } from '../hooks/ask-hook.js';
import { demandVerifiedEmail } from '../email/demand-verified-email.js';
import type { DemandVerifiedEmailDeps } from '../email/demand-verified-email.js';
import { upgradePasswordHash } from '../passwords/upgrade-password-hash.js';
import type { UpgradePasswordHashDeps } from '../passwords/upgrade-password-hash.js';
import { verifyPassword } from '../passwords/verify-password.js';
import { findAccount } from './find-account.js';
import type { LoginName } from './find-account.js';

export type VerifyCredentialsDeps = UpgradePasswordHashDeps & DemandVerifiedEmailDeps & Pick<Deps, 'store'>;

export interface Credentials extends LoginName {
  readonly password: string;
  readonly caller: Caller;
  /** What else the login asks for. It is asked after the password was verified, so that no refusal comes sooner. */
  readonly alsoRequires?: (user: UserRecord) => boolean;
}

/**
 * The user whose credentials these are. Unknown account, wrong password, disabled account and whatever else is required
 * fail with one and the same `INVALID_CREDENTIALS`, after the same work (security.md L1); the event tells them apart.
 * With a right password an address that has yet to be verified is `EMAIL_NOT_VERIFIED`, and the application may veto.
 */
export async function verifyCredentials(
  deps: VerifyCredentialsDeps,
  { password, caller, alsoRequires = () => true, ...name }: Credentials,
): Promise<UserRecord> {
  const user = await findAccount(deps, name);
  const matches = await verifyPassword(deps, { user, password, caller });
  const isAllowed = user === null ? false : alsoRequires(user);
  if (user !== null && matches && user.disabledAt === null && isAllowed) {
    await demandVerifiedEmail(deps, { user, caller });
    await askHook(deps, {
      hook: deps.settings.hooks.beforeLogin,
      attempt: { user: toUser(deps, user), caller },
      refusal: (detail) => ({ type: 'login.failed', outcome: 'failure', userId: user.id, detail }),
    });
    await upgradePasswordHash(deps, { user, password, caller });
    return user;
  }
  const reason =
    user === null ? 'unknown-account' : !matches ? 'wrong-password' : !isAllowed ? 'not-allowed' : 'disabled-account';
  await recordEvent(deps, {
    caller,
    event: { type: 'login.failed', outcome: 'failure', userId: user?.id ?? null, actorId: null, detail: { reason } },
  });
  throw new AuthError('INVALID_CREDENTIALS');
}
