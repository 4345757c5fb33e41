import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { withTransaction } from '../../unit-of-work.js';

export interface EndSessionInput extends AuthenticatedRequest {
  readonly id: string;
}

/**
 * Ends one of the user's own sessions. Another user's session, or one that has ended, is `NOT_FOUND` (security.md Z2).
 */
export async function endSession(context: Context, { id, current, caller }: EndSessionInput): Promise<void> {
  const { user } = current;
  const target = await context.store.sessions.find(id);
  if (target?.userId !== user.id) throw new AuthError('NOT_FOUND');
  const ended = await withTransaction(context, {
    caller,
    async work({ unit }) {
      const ended = await unit.sessions.revoke(id, context.clock.now(), 'ended-by-user');
      unit.invalidateSessionCache(user.id);
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
