import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { actorOf } from '../../model/actor.js';
import { endEverySession } from '../sessions/end-every-session.js';
import type { LogOutUserData } from './schema.js';

export interface LogOutUserRequest extends AuthenticatedRequest {
  readonly id: string;
}

/** Ends every session of a user. Fails with `NOT_FOUND`. */
export async function logOutUser(context: Context, { id, current, caller }: LogOutUserRequest): Promise<LogOutUserData> {
  const revoked = await endEverySession(context, { userId: id, reason: 'ended-by-admin', by: actorOf(current), caller });
  if (revoked === null) throw new AuthError('NOT_FOUND');
  return { revoked };
}
