import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withTransaction } from '../../unit-of-work.js';
import type { UpdateMeInput } from './schema.js';
import { storeUserChanges } from './store-user-changes.js';
import { unwrapUpdate } from './unwrap-update.js';
import { toUser, type User } from '../../model/user.js';

export type UpdateMeRequest = UpdateMeInput & AuthenticatedRequest;

/** Changes the fields that users may change of themselves. Fails with `USERNAME_TAKEN`. */
export async function updateMe(
  context: Context,
  { name, username, profile, current, caller }: UpdateMeRequest,
): Promise<{ readonly user: User }> {
  const { user, session } = current;
  const changes = { name, username, profile };
  const fields = Object.entries(changes).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  if (fields.length === 0) return { user: toUser(context, user) };
  const outcome = await withTransaction(context, {
    caller,
    async work(tx) {
      const outcome = await storeUserChanges(tx, { id: user.id, changes });
      if (outcome.kind === 'updated') {
        await tx.unit.record({
          type: 'account.updated',
          outcome: 'success',
          userId: user.id,
          sessionId: session.id,
          detail: { fields: fields.join(',') },
        });
      }
      return outcome;
    },
  });
  return { user: toUser(context, unwrapUpdate(outcome, 'INVALID_TOKEN')) };
}
