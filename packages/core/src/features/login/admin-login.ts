import { ADMIN_ROLE } from '../../model/roles.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { checkAdminPassword } from '../throttling/check-admin-password.js';
import { withHashingPlace } from '../passwords/with-hashing-place.js';
import { finishLogin } from './finish-login.js';
import type { FinishedLogin } from './finish-login.js';
import type { AdminLoginInput, AdminLoginOutcome } from './schema.js';
import { PASSWORD_PROOF, verifyCredentials } from './verify-credentials.js';

export interface AdminLoginRequest extends AdminLoginInput {
  readonly caller: Caller;
}

/**
 * Logs in an administrator who also knows the admin password. Not an administrator, wrong password, wrong admin
 * password and no configured admin password are the same `INVALID_CREDENTIALS`. Too many wrong passwords of either kind
 * are `TOO_MANY_REQUESTS`.
 */
export async function adminLogin(context: Context, request: AdminLoginRequest): Promise<FinishedLogin<AdminLoginOutcome>> {
  return withHashingPlace(context, { caller: request.caller, work: (held) => verifyAndFinish(held, request) });
}

async function verifyAndFinish(
  context: Context,
  { email, password, adminPassword, deviceToken, caller }: AdminLoginRequest,
): Promise<FinishedLogin<AdminLoginOutcome>> {
  const knowsAdminPassword = await checkAdminPassword(context, { adminPassword, caller });
  const { data, codeRetryAt } = await verifyCredentials(context, {
    email,
    password,
    deviceToken,
    caller,
    alsoRequires: ({ role }) => role === ADMIN_ROLE && knowsAdminPassword,
    work: (verified) => finishLogin(context, { ...verified, proof: PASSWORD_PROOF, deviceToken, caller }),
  });
  const message = 'accessToken' in data ? 'Admin login successful' : 'Second factor required';
  return { data: { ...data, message }, codeRetryAt };
}
