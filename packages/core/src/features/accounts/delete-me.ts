import type { Caller } from '../../context.js';
import { doerOf } from '../../model/actor.js';
import { demandPassword } from '../passwords/demand-password.js';
import type { DemandPasswordDeps } from '../passwords/demand-password.js';
import type { SessionState } from '../../services/session-cache.js';
import { removeAccount } from './remove-account.js';
import type { RemoveAccountDeps } from './remove-account.js';
import type { DeleteMeInput } from './schema.js';

export interface DeleteMeRequest extends DeleteMeInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Removes the user's account with everything that is theirs; of the audit trail, what happened stays and from where goes.
 * Fails with `INVALID_CREDENTIALS`, and with `LAST_ADMIN` for the last administrator.
 */
export async function deleteMe(
  deps: DemandPasswordDeps & RemoveAccountDeps,
  { password, current, caller }: DeleteMeRequest,
): Promise<void> {
  await demandPassword(deps, { current, password, caller });
  await removeAccount(deps, { user: current.user, by: doerOf(current), caller });
}
