import type { Caller } from '../../context.js';
import type { RevokeReason } from '../../ports/store/sessions.js';
import type { Doer } from '../../model/actor.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';

export interface EndEverySession {
  readonly userId: string;
  readonly reason: RevokeReason;
  readonly by: Doer;
  readonly caller: Caller;
}

/** Ends every session of the user, access tokens included (security.md S6); `null` where there is no such user. */
export async function endEverySession(
  deps: TransactDeps,
  { userId, reason, by, caller }: EndEverySession,
): Promise<number | null> {
  return transact(deps, {
    caller,
    async work(unit) {
      if ((await unit.users.find(userId)) === null) return null;
      const revoked = await unit.sessions.revokeAll(userId, deps.clock.now(), reason);
      unit.forgetState(userId);
      await unit.record({ type: 'session.all-ended', outcome: 'success', userId, ...by, detail: { revoked } });
      return revoked;
    },
  });
}
