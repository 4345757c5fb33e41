import type { Auth } from '../create-auth.js';
import { AuthError } from '../errors.js';
import type { CreateUserInput } from '../features/accounts/create-user.js';

/** Who is to be logged in, and from where. What is left out has a value that is good for most tests. */
export interface LoginAsOptions extends Partial<CreateUserInput> {
  readonly deviceToken?: string | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** A session that has just begun, and what its user would need to begin another. */
export interface LoggedIn {
  readonly userId: string;
  readonly sessionId: string;
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
}

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery staple';

/**
 * Makes a user by `auth.createUser`, unless the email has an account by now, and logs in by password: twice with one email
 * makes two sessions of one user. Any configured role will do, closed registration too; with
 * `registration.requireVerifiedEmail` say `emailVerified: true`. Throws what `createUser` or login throw, and
 * `STEP_UP_REQUIRED` where two-factor is on.
 */
export async function loginAs(auth: Auth, options: LoginAsOptions = {}): Promise<LoggedIn> {
  const { email = EMAIL, password = PASSWORD, name = 'Ada Lovelace', deviceToken, ip, userAgent } = options;
  const { username, role, profile, emailVerified } = options;
  const caller = { ip, userAgent };
  try {
    await auth.createUser({ email, password, name, username, role, emailVerified, ...(profile !== undefined && { profile }) });
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'EMAIL_TAKEN') throw error;
  }
  const login = await auth.api.login({ email, password, deviceToken }, caller);
  if (!('accessToken' in login)) throw new AuthError('STEP_UP_REQUIRED', { requires: 'SECOND_FACTOR' });
  const { sub: userId, sid: sessionId } = await auth.verifyAccessToken(login.accessToken);
  return {
    userId,
    sessionId,
    email,
    password,
    accessToken: login.accessToken,
    refreshToken: login.refreshToken,
    deviceToken: login.deviceToken,
  };
}
