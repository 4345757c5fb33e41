import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { removeAccount } from '../accounts/remove-account.js';
import { actorOf } from '../../model/actor.js';
import { findUser } from './find-user.js';

export interface RemoveUserRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Removes an account with everything in it, one's own or another's. Fails with `NOT_FOUND`, else as `removeAccount` does. */
export async function removeUser(context: Context, { id, current, caller }: RemoveUserRequest): Promise<void> {
  await removeAccount(context, { user: await findUser(context, id), by: actorOf(current), caller });
}
