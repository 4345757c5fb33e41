import type { Caller, Deps } from '../../deps.js';
import { AuthError } from '../../errors.js';
import { transact } from '../audit/transact.js';
import { demandPassword } from '../passwords/demand-password.js';
import type { DemandPasswordDeps } from '../passwords/demand-password.js';
import type { SessionState } from '../sessions/session-states.js';
import { askHook } from '../hooks/ask-hook.js';
import { ADMIN_ROLE } from './options.js';
import type { DeleteMeInput } from './schema.js';
import { toUser } from './user.js';

export interface DeleteMeRequest extends DeleteMeInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Removes the user's account with everything that is theirs; of the audit trail, what happened stays and from where goes.
 * Fails with `INVALID_CREDENTIALS`, and with `LAST_ADMIN` for the last administrator.
 */
export async function deleteMe(
  deps: DemandPasswordDeps & Pick<Deps, 'settings'>,
  { password, current, caller }: DeleteMeRequest,
): Promise<void> {
  const { user, session } = current;
  const about = { userId: user.id, sessionId: session.id };
  await demandPassword(deps, { current, password, caller });
  await askHook(deps, {
    hook: deps.settings.hooks.beforeRemoval,
    attempt: { user: toUser(deps, user), caller },
    refusal: { type: 'account.removal-refused', ...about },
  });
  const outcome = await transact(deps, {
    caller,
    async work(unit) {
      const outcome = await unit.users.remove(user.id, ADMIN_ROLE);
      unit.forgetState(user.id);
      if (outcome !== 'removed') return outcome;
      await unit.record({ type: 'account.removed', outcome: 'success', ...about });
      await unit.events.anonymize(user.id);
      return outcome;
    },
  });
  if (outcome === 'last-of-role') throw new AuthError('LAST_ADMIN');
}
