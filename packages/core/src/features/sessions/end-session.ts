import type { Caller } from '../../context.js';
import { AuthError } from '../../errors.js';
import { transact } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';
import type { SessionState } from '../../services/session-cache.js';

export interface EndSessionInput {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

/** Ends one of the user's own sessions. Another's, or one that is over, is `NOT_FOUND` (security.md Z2). */
export async function endSession(deps: TransactDeps, { id, current, caller }: EndSessionInput): Promise<void> {
  const { user } = current;
  const target = await deps.store.sessions.find(id);
  if (target?.userId !== user.id) throw new AuthError('NOT_FOUND');
  const ended = await transact(deps, {
    caller,
    async work(unit) {
      const ended = await unit.sessions.revoke(id, deps.clock.now(), 'ended-by-user');
      unit.forgetState(user.id);
      if (!ended) return false;
      await unit.record({
        type: 'session.ended',
        outcome: 'success',
        userId: user.id,
        sessionId: id,
        detail: { reason: 'ended-by-user' },
      });
      return true;
    },
  });
  if (!ended) throw new AuthError('NOT_FOUND');
}
