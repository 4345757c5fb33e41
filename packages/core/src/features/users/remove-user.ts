import type { Caller } from '../../deps.js';
import { AuthError } from '../../errors.js';
import { removeAccount } from '../accounts/remove-account.js';
import { doerOf } from '../audit/doer.js';
import { transact } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import type { SessionState } from '../sessions/session-states.js';

export interface RemoveUserRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Removes an account with everything in it, one's own or another's. Fails with `NOT_FOUND` and `LAST_ADMIN`. */
export async function removeUser(deps: TransactDeps, { id, current, caller }: RemoveUserRequest): Promise<void> {
  const by = doerOf(current);
  const outcome = await transact(deps, { caller, work: (unit) => removeAccount({ unit }, { id, by }) });
  if (outcome === 'missing') throw new AuthError('NOT_FOUND');
  if (outcome === 'last-of-role') throw new AuthError('LAST_ADMIN');
}
