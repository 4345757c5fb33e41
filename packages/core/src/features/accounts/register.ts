import { equalSecrets } from '../../crypto/constant-time.js';
import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { InsertUserOutcome, UserRecord } from '../../ports/store/users.js';
import { recordEvent, transact } from '../../unit-of-work.js';
import type { TransactDeps, UnitOfWork } from '../../unit-of-work.js';
import { REGISTERED } from '../../model/auth-block.js';
import type { AuthBlock } from '../../model/auth-block.js';
import { askHook } from '../hooks/ask-hook.js';
import { mailRegistrationAttempt } from '../email/mail-registration-attempt.js';
import { mailVerification } from '../email/mail-verification.js';
import type { MailVerificationDeps } from '../email/mail-verification.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import type { CheckPasswordPolicyDeps } from '../passwords/check-password-policy.js';
import { demandRole } from './demand-role.js';
import { newUser } from './new-user.js';
import type { RegisterInput } from './schema.js';
import { toUser } from '../../model/user.js';
import type { User } from '../../model/user.js';

export type RegisterDeps = TransactDeps &
  CheckPasswordPolicyDeps &
  Omit<MailVerificationDeps, 'unit'> &
  Pick<Deps, 'settings' | 'hasher'>;

export interface RegisterData<Profile = unknown> {
  /** Not with `registration.concealExisting`. */
  readonly user?: User<Profile> | undefined;
  readonly auth: AuthBlock;
}

/**
 * Makes an account, without a session, and mails the link that verifies its address. Fails with `FORBIDDEN` where registration is off, `ADMIN_PASSWORD_REQUIRED`,
 * `WEAK_PASSWORD`, `EMAIL_TAKEN` (unless that is to be concealed) or `USERNAME_TAKEN`; a role that is not configured is `VALIDATION_FAILED`.
 */
export async function register(
  deps: RegisterDeps,
  { caller, ...input }: RegisterInput & { readonly caller: Caller },
): Promise<RegisterData> {
  if (!deps.settings.registration.enabled) throw new AuthError('FORBIDDEN');
  const role = await grantRole(deps, { ...input, caller });
  await checkPasswordPolicy(deps, { path: 'password', password: input.password, owner: { ...input, id: null }, caller });
  await askHook(deps, {
    hook: deps.settings.hooks.beforeRegister,
    attempt: {
      email: input.email,
      name: input.name,
      username: input.username ?? null,
      role,
      profile: input.profile,
      caller,
    },
    refusal: (detail) => ({ type: 'account.registration-refused', outcome: 'failure', detail }),
  });
  const passwordHash = await deps.hasher.hash({ password: input.password, caller });
  const user = newUser(deps, { ...input, role, passwordHash });
  const outcome = await transact(deps, { caller, work: (unit) => insert({ ...deps, unit }, user) });
  if (outcome.kind === 'taken' && outcome.field === 'username') throw new AuthError('USERNAME_TAKEN');
  if (deps.settings.registration.concealExisting) return { auth: REGISTERED };
  if (outcome.kind === 'taken') throw new AuthError('EMAIL_TAKEN');
  return { user: toUser(deps, user), auth: REGISTERED };
}

async function insert(
  deps: MailVerificationDeps & { readonly unit: UnitOfWork },
  user: UserRecord,
): Promise<InsertUserOutcome> {
  const { unit, settings } = deps;
  const outcome = await unit.users.insert(user);
  if (outcome.kind === 'inserted') {
    await mailVerification(deps, user);
    await unit.record({ type: 'account.registered', outcome: 'success', userId: user.id, detail: { role: user.role } });
    return outcome;
  }
  const taken = settings.registration.concealExisting ? await conceal(deps, { user, outcome }) : outcome;
  await unit.record({
    type: 'account.registration-refused',
    outcome: 'failure',
    detail: { reason: `${taken.field}-taken` as const },
  });
  return taken;
}

type Taken = Extract<InsertUserOutcome, { readonly kind: 'taken' }>;

/** Writes to the owner of a taken address in place of the stranger who is told nothing (security.md R2). */
async function conceal(
  deps: MailVerificationDeps & { readonly unit: UnitOfWork },
  { user: { email, username }, outcome }: { readonly user: UserRecord; readonly outcome: Taken },
): Promise<Taken> {
  const { users } = deps.unit;
  // A taken username is told, so it has to be told whether or not the address is taken: else asking for one that is known
  // to be taken would tell of the address.
  if (outcome.field === 'username') return outcome;
  if (username !== null && (await users.findByUsername(username)) !== null) return { kind: 'taken', field: 'username' };
  const owner = await users.findByEmail(email);
  if (owner !== null) await mailRegistrationAttempt(deps, owner);
  return outcome;
}

/** The role to be given: the default, or another against the admin password. */
async function grantRole(
  deps: RegisterDeps,
  { role, adminPassword, caller }: Pick<RegisterInput, 'role' | 'adminPassword'> & { readonly caller: Caller },
): Promise<string> {
  const { defaultRole, adminPassword: expected } = deps.settings.registration;
  if (role === undefined || role === defaultRole) return defaultRole;
  demandRole(deps, role);
  if (expected !== undefined && adminPassword !== undefined && equalSecrets(adminPassword, expected)) return role;
  await recordEvent(deps, {
    caller,
    event: { type: 'account.registration-refused', outcome: 'failure', detail: { reason: 'admin-password', role } },
  });
  throw new AuthError('ADMIN_PASSWORD_REQUIRED');
}
