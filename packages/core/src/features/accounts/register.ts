import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import type { InsertUserOutcome, UserRecord } from '../../ports/store/users.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { REGISTERED } from '../../model/auth-block.js';
import type { AuthBlock } from '../../model/auth-block.js';
import { runHook } from '../hooks/run-hook.js';
import { mailRegistrationAttempt } from '../email/mail-registration-attempt.js';
import { mailVerification } from '../email/mail-verification.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import { checkAdminPassword } from '../throttling/check-admin-password.js';
import { sealRegistration } from './pending-registration.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { requireRole } from './require-role.js';
import { newUser } from './new-user.js';
import type { RegisterInput } from './schema.js';
import { toUser } from '../../model/user.js';
import type { User } from '../../model/user.js';

export interface RegisterRequest extends RegisterInput {
  readonly caller: Caller;
}

export interface RegisterData<Profile = unknown> {
  /** Absent with `registration.concealExisting`. */
  readonly user?: User<Profile> | undefined;
  readonly auth: AuthBlock;
}

/**
 * Creates an account without a session, and mails the link that verifies its address. Fails with `FORBIDDEN` if
 * registration is closed, `ADMIN_PASSWORD_REQUIRED`, `WEAK_PASSWORD`, `EMAIL_TAKEN` (unless that is concealed) or
 * `USERNAME_TAKEN`, with `TOO_MANY_REQUESTS` after too many wrong admin passwords, and with `VALIDATION_FAILED` for a
 * role that is not configured.
 */
export async function register(context: Context, request: RegisterRequest): Promise<RegisterData> {
  if (!context.settings.registration.enabled) throw new AuthError('FORBIDDEN');
  return withHashingPlace(context, { caller: request.caller, work: (held) => createAccount(held, request) });
}

async function createAccount(context: Context, { caller, ...input }: RegisterRequest): Promise<RegisterData> {
  const role = await grantRole(context, { ...input, caller });
  await checkPasswordPolicy(context, { path: 'password', password: input.password, owner: { ...input, id: null }, caller });
  await runHook(context, {
    hook: context.settings.hooks.beforeRegister,
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
  const passwordHash = await context.hasher.hash({ password: input.password, caller });
  const user = newUser(context, { ...input, role, passwordHash });
  const outcome = await withTransaction(context, { caller, work: (tx) => insert(tx, user) });
  if (outcome.kind === 'taken' && outcome.field === 'username') throw new AuthError('USERNAME_TAKEN');
  if (context.settings.registration.concealExisting) return { auth: REGISTERED };
  if (outcome.kind === 'taken') throw new AuthError('EMAIL_TAKEN');
  return { user: toUser(context, user), auth: REGISTERED };
}

async function insert(
  context: TransactionContext,
  user: UserRecord,
): Promise<InsertUserOutcome> {
  const { unit, settings } = context;
  const outcome = await (settings.registration.concealExisting ? insertConcealed(context, user) : insertOpenly(context, user));
  await unit.record(
    outcome.kind === 'inserted'
      ? { type: 'account.registered', outcome: 'success', userId: user.id, detail: { role: user.role } }
      : { type: 'account.registration-refused', outcome: 'failure', detail: { reason: `${outcome.field}-taken` as const } },
  );
  return outcome;
}

async function insertOpenly(context: TransactionContext, user: UserRecord): Promise<InsertUserOutcome> {
  const outcome = await context.unit.users.insert(user);
  if (outcome.kind === 'inserted') await mailVerification(context, user);
  return outcome;
}

/**
 * R2: the client is told nothing about the address; its owner gets a mail instead. Password and username wait in the
 * token that verifies the address. A taken username is refused first, whether or not the address is taken.
 */
async function insertConcealed(context: TransactionContext, user: UserRecord): Promise<InsertUserOutcome> {
  const { users } = context.unit;
  const { id: userId, username, passwordHash } = user;
  if (username !== null && (await users.findByUsername(username)) !== null) return { kind: 'taken', field: 'username' };
  const outcome = await users.insert({ ...user, username: null, passwordHash: null, passwordChangedAt: null });
  if (outcome.kind === 'inserted') {
    const registration = passwordHash === null ? undefined : sealRegistration(context, { userId, passwordHash, username });
    await mailVerification(context, { ...user, registration });
    return outcome;
  }
  const owner = await users.findByEmail(user.email);
  if (owner !== null) await mailRegistrationAttempt(context, owner);
  return outcome;
}

/** The default role, or the requested one if the admin password is right. */
async function grantRole(
  context: Context,
  { role, adminPassword, caller }: Pick<RegisterInput, 'role' | 'adminPassword'> & { readonly caller: Caller },
): Promise<string> {
  const { defaultRole } = context.settings.registration;
  if (role === undefined || role === defaultRole) return defaultRole;
  requireRole(context, role);
  if (adminPassword !== undefined && (await checkAdminPassword(context, { adminPassword, caller }))) return role;
  await recordRefusal(context, {
    caller,
    event: { type: 'account.registration-refused', outcome: 'failure', detail: { reason: 'admin-password', role } },
  });
  throw new AuthError('ADMIN_PASSWORD_REQUIRED');
}
