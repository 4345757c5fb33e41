import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import { refuse } from '../../unit-of-work.js';
import { checkAdminPassword } from '../throttling/check-admin-password.js';
import { requireRole } from './require-role.js';
import type { RegisterInput } from './schema.js';

/** The default role, or the requested one if the admin password is right. */
export async function grantRole(
  context: Context,
  { role, adminPassword, caller }: Pick<RegisterInput, 'role' | 'adminPassword'> & { readonly caller: Caller },
): Promise<string> {
  const { defaultRole } = context.settings.registration;
  if (role === undefined || role === defaultRole) return defaultRole;
  requireRole(context, role);
  if (adminPassword !== undefined && (await checkAdminPassword(context, { adminPassword, caller }))) return role;
  return refuse(context, {
    caller,
    code: 'ADMIN_PASSWORD_REQUIRED',
    event: { type: 'account.registration-refused', outcome: 'failure', detail: { reason: 'admin-password', role } },
  });
}
