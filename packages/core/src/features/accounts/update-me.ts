import type { Caller, Deps } from '../../deps.js';
import { AuthError } from '../../errors.js';
import { transact } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import type { SessionState } from '../sessions/session-states.js';
import type { UpdateMeInput } from './schema.js';
import { toUser } from './user.js';
import type { User } from './user.js';

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
      const outcome = await unit.users.updateProfile(user.id, changes, deps.clock.now());
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
  switch (outcome.kind) {
    case 'updated':
      return { user: toUser(deps, outcome.user) };
    case 'taken':
      throw new AuthError('USERNAME_TAKEN');
    case 'missing':
      throw new AuthError('INVALID_TOKEN');
  }
}
