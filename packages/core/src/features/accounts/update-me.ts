import type { Caller, Deps } from '../../context.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import type { SessionState } from '../../services/session-cache.js';
import { ADMIN_ROLE } from './options.js';
import type { UpdateMeInput } from './schema.js';
import { updatedUser } from './updated-user.js';
import { toUser } from '../../model/user.js';
import type { User } from '../../model/user.js';

export interface UpdateMeRequest extends UpdateMeInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Changes what users may change of themselves. Fails with `USERNAME_TAKEN`. */
export async function updateMe(
  deps: TransactDeps & Pick<Deps, 'settings'>,
  { name, username, profile, current, caller }: UpdateMeRequest,
): Promise<{ readonly user: User }> {
  const { user, session } = current;
  const changes = {
    ...(name === undefined ? {} : { name }),
    ...(username === undefined ? {} : { username }),
    ...(profile === undefined ? {} : { profile }),
  };
  const fields = Object.keys(changes);
  if (fields.length === 0) return { user: toUser(deps, user) };
  const outcome = await transact(deps, {
    caller,
    async work(unit) {
      const outcome = await unit.users.update(user.id, changes, { at: deps.clock.now(), keepLastOf: ADMIN_ROLE });
      unit.forgetState(user.id);
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
  return { user: toUser(deps, updatedUser(outcome, 'INVALID_TOKEN')) };
}
