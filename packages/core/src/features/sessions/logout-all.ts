import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { actorOf } from '../../model/actor.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import { endEverySession } from './end-every-session.js';
import type { LogoutAllData } from './schema.js';

/** Ends every session of the user, this one included. */
export async function logoutAll(
  context: Context,
  { current, caller }: AuthenticatedRequest,
): Promise<LogoutAllData> {
  const { id: userId } = current.user;
  const revoked = await endEverySession(context, { userId, reason: 'logout-all', by: actorOf(current), caller });
  return { revoked: revoked ?? 0, auth: LOGGED_OUT };
}
