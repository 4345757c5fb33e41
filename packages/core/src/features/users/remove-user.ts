import type { Context } from '../../context.js';
import { actorOf } from '../../model/actor.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { deleteMe } from '../accounts/delete-me.js';
import { removeAccount } from '../accounts/remove-account.js';
import { findUser } from './find-user.js';
import type { RemoveUserInput } from './schema.js';

export type RemoveUserRequest = RemoveUserInput & AuthenticatedRequest;

/**
 * Removes an account with all its data. An administrator's own account requires the password if there is one, as
 * `DELETE /me` does. Fails with `NOT_FOUND`, and as `deleteMe` and `removeAccount` do.
 */
export async function removeUser(context: Context, { id, password, current, caller }: RemoveUserRequest): Promise<void> {
  if (id !== current.user.id) return removeAccount(context, { user: await findUser(context, id), by: actorOf(current), caller });
  return deleteMe(context, { password, current, caller });
}
