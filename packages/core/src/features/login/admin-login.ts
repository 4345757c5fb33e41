import { ADMIN_ROLE } from '../../model/roles.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { checkAdminPassword } from '../throttling/check-admin-password.js';
import { finishLogin } from './finish-login.js';
import type { FinishedLogin } from './finish-login.js';
import type { AdminLoginInput, AdminLoginOutcome } from './schema.js';
import { PASSWORD_PROOF, verifyCredentials } from './verify-credentials.js';

/**
 * Logs an administrator in, who knows the admin password too. Not an administrator, wrong password and wrong admin
 * password are one and the same `INVALID_CREDENTIALS`; so is any try where no admin password is configured. Too many wrong
 * passwords of either kind are `TOO_MANY_REQUESTS`.
 */
export async function adminLogin(
  context: Context,
  { email, password, adminPassword, deviceToken, caller }: AdminLoginInput & { readonly caller: Caller },
): Promise<FinishedLogin<AdminLoginOutcome>> {
  const knowsAdminPassword = await checkAdminPassword(context, { adminPassword, caller });
  const user = await verifyCredentials(context, {
    email,
    password,
    deviceToken,
    caller,
    alsoRequires: ({ role }) => role === ADMIN_ROLE && knowsAdminPassword,
  });
  const { data, codeRetryAt } = await finishLogin(context, { user, proof: PASSWORD_PROOF, deviceToken, caller });
  const message = 'accessToken' in data ? 'Admin login successful' : 'Second factor required';
  return { data: { ...data, message }, codeRetryAt };
}
