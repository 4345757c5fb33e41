import { equalSecrets } from '../../crypto/constant-time.js';
import type { Caller, Deps } from '../../context.js';
import { ADMIN_ROLE } from '../accounts/options.js';
import { completeLogin } from './complete-login.js';
import type { AdminLoginInput, AdminLoginOutcome } from './schema.js';
import { verifyCredentials } from './verify-credentials.js';
import type { LoginDeps } from './login.js';

export type AdminLoginDeps = LoginDeps & Pick<Deps, 'settings'>;

/**
 * Logs an administrator in, who knows the admin password too. Not an administrator, wrong password and wrong admin
 * password are one and the same `INVALID_CREDENTIALS`; so is any try where no admin password is configured.
 */
export async function adminLogin(
  deps: AdminLoginDeps,
  { email, password, adminPassword, deviceToken, caller }: AdminLoginInput & { readonly caller: Caller },
): Promise<AdminLoginOutcome> {
  const { adminPassword: expected } = deps.settings.registration;
  const knowsAdminPassword = expected !== undefined && equalSecrets(adminPassword, expected);
  const user = await verifyCredentials(deps, {
    email,
    password,
    deviceToken,
    caller,
    alsoRequires: ({ role }) => role === ADMIN_ROLE && knowsAdminPassword,
  });
  const data = await completeLogin(deps, { user, deviceToken, caller });
  const message = 'accessToken' in data ? 'Admin login successful' : 'Second factor required';
  return { ...data, message };
}
