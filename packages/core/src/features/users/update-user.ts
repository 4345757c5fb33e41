import type { Context } from '../../context.js';
import { actorOf } from '../../model/actor.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { toUser, type UserData } from '../../model/user.js';
import { withTransaction } from '../../unit-of-work.js';
import { requireRole } from '../accounts/require-role.js';
import { unwrapUpdate } from '../accounts/unwrap-update.js';
import { admitEmailChange } from '../email/admit-email-change.js';
import { applyAdminUpdate } from './apply-admin-update.js';
import { findUser } from './find-user.js';
import type { UpdateUserInput } from './schema.js';

export type UpdateUserRequest = UpdateUserInput & AuthenticatedRequest;

/**
 * Makes all of an administrator's changes to a user, or none of them. If address, role or `disabled` change, the user's
 * access tokens stop working at once (security.md S6). Fails with `NOT_FOUND`, `EMAIL_TAKEN`, `USERNAME_TAKEN` and
 * `LAST_ADMIN`, and with `VALIDATION_FAILED` for a role that is not configured.
 */
export async function updateUser(
  context: Context,
  { id, current, caller, ...changes }: UpdateUserRequest,
): Promise<UserData> {
  if (changes.role !== undefined) requireRole(context, changes.role);
  const user = await findUser(context, id);
  if (Object.values(changes).every((value) => value === undefined)) return { user: toUser(context, user) };
  const { email: newEmail = user.email } = changes;
  const about = { userId: id, ...actorOf(current) };
  if (newEmail !== user.email) await admitEmailChange(context, { user, newEmail, about, caller });
  const outcome = await withTransaction(context, { caller, work: (tx) => applyAdminUpdate(tx, { id, changes, current }) });
  return { user: toUser(context, unwrapUpdate(outcome, 'NOT_FOUND')) };
}
