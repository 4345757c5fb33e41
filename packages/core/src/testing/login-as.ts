import type { Auth } from '../auth.js';
import { AuthError } from '../errors.js';
import type { CreateUserInput } from '../features/accounts/schema.js';

/** The user to log in, and the client. Omitted fields have values that suit most tests. */
export interface LoginAsOptions extends Partial<CreateUserInput> {
  readonly deviceToken?: string | undefined;
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** A session that has just begun, and the credentials to begin another. */
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
 * Creates a user by `auth.createUser`, unless the email already has an account, and logs in by password: calling it
 * twice with one email creates two sessions of one user. Works with any configured role, and with closed registration;
 * with `registration.requireVerifiedEmail` pass `emailVerified: true`. Throws what `createUser` or login throw, and
 * `STEP_UP_REQUIRED` if two-factor is on.
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
