import type { Caller } from '../../context.js';
import { doerOf } from '../../model/actor.js';
import type { TransactDeps } from '../../unit-of-work.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import { endEverySession } from './end-every-session.js';
import type { LogoutAllData } from './schema.js';
import type { SessionState } from '../../services/session-cache.js';

/** Ends every session of the user, this one included. */
export async function logoutAll(
  deps: TransactDeps,
  { current, caller }: { readonly current: SessionState; readonly caller: Caller },
): Promise<LogoutAllData> {
  const { id: userId } = current.user;
  const revoked = await endEverySession(deps, { userId, reason: 'logout-all', by: doerOf(current), caller });
  return { revoked: revoked ?? 0, auth: LOGGED_OUT };
}
