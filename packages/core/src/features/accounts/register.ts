import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { withTransaction } from '../../unit-of-work.js';
import { REGISTERED, type AuthBlock } from '../../model/auth-block.js';
import { checkPasswordPolicy } from '../passwords/check-password-policy.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { admitRegistration } from './admit-registration.js';
import { grantRole } from './grant-role.js';
import { insertRegistration } from './insert-registration.js';
import { newUser } from './new-user.js';
import type { RegisterInput } from './schema.js';
import { toUser, type User } from '../../model/user.js';

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
  const { email, name, username = null, profile } = input;
  await admitRegistration(context, { email, name, username, role, profile, caller });
  const passwordHash = await context.hasher.hash({ password: input.password, caller });
  const user = newUser(context, { ...input, role, passwordHash });
  const outcome = await withTransaction(context, { caller, work: (tx) => insertRegistration(tx, user) });
  if (outcome.kind === 'taken' && outcome.field === 'username') throw new AuthError('USERNAME_TAKEN');
  if (context.settings.registration.concealExisting) return { auth: REGISTERED };
  if (outcome.kind === 'taken') throw new AuthError('EMAIL_TAKEN');
  return { user: toUser(context, user), auth: REGISTERED };
}
