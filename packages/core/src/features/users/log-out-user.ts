import type { Caller } from '../../context.js';
import { AuthError } from '../../errors.js';
import { doerOf } from '../../model/actor.js';
import type { TransactDeps } from '../../unit-of-work.js';
import { endEverySession } from '../sessions/end-every-session.js';
import type { SessionState } from '../../services/session-cache.js';
import type { LogOutUserData } from './schema.js';

export interface LogOutUserRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Ends every session of a user. Fails with `NOT_FOUND`. */
export async function logOutUser(deps: TransactDeps, { id, current, caller }: LogOutUserRequest): Promise<LogOutUserData> {
  const revoked = await endEverySession(deps, { userId: id, reason: 'ended-by-admin', by: doerOf(current), caller });
  if (revoked === null) throw new AuthError('NOT_FOUND');
  return { revoked };
}
