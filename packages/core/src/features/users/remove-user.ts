import type { Caller } from '../../context.js';
import { removeAccount } from '../accounts/remove-account.js';
import type { RemoveAccountDeps } from '../accounts/remove-account.js';
import { doerOf } from '../../model/actor.js';
import type { SessionState } from '../../services/session-cache.js';
import { findUser } from './find-user.js';

export interface RemoveUserRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Removes an account with everything in it, one's own or another's. Fails with `NOT_FOUND`, else as `removeAccount` does. */
export async function removeUser(deps: RemoveAccountDeps, { id, current, caller }: RemoveUserRequest): Promise<void> {
  await removeAccount(deps, { user: await findUser(deps, id), by: doerOf(current), caller });
}
