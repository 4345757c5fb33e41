import { ADMIN_ROLE } from '../../model/roles.js';
import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withTransaction } from '../../unit-of-work.js';
import type { UpdateMeInput } from './schema.js';
import { nameFields } from './search-text.js';
import { unwrapUpdate } from './unwrap-update.js';
import { toUser } from '../../model/user.js';
import type { User } from '../../model/user.js';

export interface UpdateMeRequest extends UpdateMeInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Changes the fields that users may change of themselves. Fails with `USERNAME_TAKEN`. */
export async function updateMe(
  context: Context,
  { name, username, profile, current, caller }: UpdateMeRequest,
): Promise<{ readonly user: User }> {
  const { user, session } = current;
  const changes = {
    ...(name === undefined ? {} : nameFields(name)),
    ...(username === undefined ? {} : { username }),
    ...(profile === undefined ? {} : { profile }),
  };
  const fields = Object.keys(changes).filter((field) => field !== 'searchName');
  if (fields.length === 0) return { user: toUser(context, user) };
  const outcome = await withTransaction(context, {
    caller,
    async work({ unit }) {
      const outcome = await unit.users.update(user.id, changes, { at: context.clock.now(), keepLastOf: ADMIN_ROLE });
      unit.invalidateSessionCache(user.id);
      if (outcome.kind === 'updated') {
        await unit.record({
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
