import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import type { RevokeReason } from '../../ports/store/sessions.js';
import type { Actor } from '../../model/actor.js';
import { withTransaction } from '../../unit-of-work.js';

export interface EndEverySession {
  readonly userId: string;
  readonly reason: RevokeReason;
  readonly by: Actor;
  readonly caller: Caller;
}

/**
 * Ends every session of the user, access tokens included (security.md S6). Returns `null` if the user does not exist.
 */
export async function endEverySession(
  context: Context,
  { userId, reason, by, caller }: EndEverySession,
): Promise<number | null> {
  return withTransaction(context, {
    caller,
    async work({ unit }) {
      if ((await unit.users.find(userId)) === null) return null;
      const revoked = await unit.sessions.revokeAll(userId, context.clock.now(), reason);
      unit.invalidateSessionCache(userId);
      await unit.record({ type: 'session.all-ended', outcome: 'success', userId, ...by, detail: { revoked } });
      return revoked;
    },
  });
}
