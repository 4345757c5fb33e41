import { equalSecrets } from '../../crypto/constant-time.js';
import type { Caller, Deps } from '../../deps.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordEvent, transact } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import { REGISTERED } from '../login/auth-block.js';
import type { AuthBlock } from '../login/auth-block.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import type { RegisterInput } from './schema.js';
import { toUser } from './user.js';
import type { User } from './user.js';

export type RegisterDeps = TransactDeps & Pick<Deps, 'settings' | 'hasher'>;

export interface RegisterData {
  readonly user: User;
  readonly auth: AuthBlock;
}

/**
 * Makes an account, without a session. Fails with `FORBIDDEN` where registration is off, `ADMIN_PASSWORD_REQUIRED`,
 * `WEAK_PASSWORD`, `EMAIL_TAKEN` or `USERNAME_TAKEN`; a role that is not configured is `VALIDATION_FAILED`.
 */
export async function register(
  deps: RegisterDeps,
  { caller, ...input }: RegisterInput & { readonly caller: Caller },
): Promise<RegisterData> {
  if (!deps.settings.registration.enabled) throw new AuthError('FORBIDDEN');
  const role = await grantRole(deps, { ...input, caller });
  checkPasswordPolicy(deps, { path: 'password', password: input.password });
  const now = deps.clock.now();
  const user: UserRecord = {
    id: deps.makeId(),
    email: input.email,
    emailVerifiedAt: null,
    username: input.username ?? null,
    name: input.name,
    role,
    passwordHash: await deps.hasher.hash(input.password),
    passwordChangedAt: now,
    phone: null,
    phoneVerifiedAt: null,
    twoFactorEnabledAt: null,
    disabledAt: null,
    securityVersion: 0,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: null,
  };
  const outcome = await transact(deps, {
    caller,
    async work(unit) {
      const outcome = await unit.users.insert(user);
      await unit.record(
        outcome.kind === 'inserted'
          ? { type: 'account.registered', outcome: 'success', userId: user.id, detail: { role } }
          : { type: 'account.registration-refused', outcome: 'failure', detail: { reason: `${outcome.field}-taken` } },
      );
      return outcome;
    },
  });
  if (outcome.kind === 'taken') throw new AuthError(outcome.field === 'email' ? 'EMAIL_TAKEN' : 'USERNAME_TAKEN');
  return { user: toUser(user), auth: REGISTERED };
}

/** The role to be given: the default, or another against the admin password. */
async function grantRole(
  deps: RegisterDeps,
  { role, adminPassword, caller }: Pick<RegisterInput, 'role' | 'adminPassword'> & { readonly caller: Caller },
): Promise<string> {
  const { roles, defaultRole, adminPassword: expected } = deps.settings.registration;
  if (role === undefined || role === defaultRole) return defaultRole;
  if (!roles.includes(role)) {
    throw new AuthError('VALIDATION_FAILED', { issues: [{ path: 'role', message: 'is not a role of this application' }] });
  }
  if (expected !== undefined && adminPassword !== undefined && equalSecrets(adminPassword, expected)) return role;
  await recordEvent(deps, {
    caller,
    event: { type: 'account.registration-refused', outcome: 'failure', detail: { reason: 'admin-password', role } },
  });
  throw new AuthError('ADMIN_PASSWORD_REQUIRED');
}
