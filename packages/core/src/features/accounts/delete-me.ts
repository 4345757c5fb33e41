import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { actorOf } from '../../model/actor.js';
import { requirePasswordIfAny } from '../passwords/require-password.js';
import { removeAccount } from './remove-account.js';
import type { DeleteMeInput } from './schema.js';

export type DeleteMeRequest = DeleteMeInput & AuthenticatedRequest;

/**
 * Removes the user's own account. Requires the password if there is one. Fails with `INVALID_CREDENTIALS`, and as
 * `removeAccount` does.
 */
export async function deleteMe(
  context: Context,
  { password, current, caller }: DeleteMeRequest,
): Promise<void> {
  await requirePasswordIfAny(context, { current, password, caller });
  await removeAccount(context, { user: current.user, by: actorOf(current), caller });
}
