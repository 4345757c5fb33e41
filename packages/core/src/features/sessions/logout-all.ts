import type { Caller } from '../../deps.js';
import { transact } from '../audit/transact.js';
import type { TransactDeps } from '../audit/transact.js';
import { LOGGED_OUT } from '../login/auth-block.js';
import type { LogoutAllData } from './schema.js';
import type { SessionState } from './session-states.js';

/** Ends every session of the user, this one included. */
export async function logoutAll(
  deps: TransactDeps,
  { current, caller }: { readonly current: SessionState; readonly caller: Caller },
): Promise<LogoutAllData> {
  const { user, session } = current;
  const revoked = await transact(deps, {
    caller,
    async work(unit) {
      const revoked = await unit.sessions.revokeAll(user.id, deps.clock.now(), 'logout-all');
      unit.forgetState(user.id);
      await unit.record({
        type: 'session.all-ended',
        outcome: 'success',
        userId: user.id,
        sessionId: session.id,
        detail: { revoked },
      });
      return revoked;
    },
  });
  return { revoked, auth: LOGGED_OUT };
}
