import type { SessionState } from '../../model/session-state.js';
import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { refuse, withTransaction } from '../../unit-of-work.js';
import { LOGGED_OUT } from '../../model/auth-block.js';
import { resolveRefreshToken } from './resolve-refresh-token.js';
import type { LogoutData, LogoutInput } from './schema.js';

export interface LogoutRequest extends LogoutInput {
  /** The session of the access token, if one was sent. */
  readonly current: SessionState | null;
  /** Why the access token that was sent is not valid. */
  readonly refusal: AuthError | null;
  readonly caller: Caller;
}

/**
 * Ends the session of the access token, or else of the refresh token. Its access tokens stop working at once
 * (security.md S6). Ending it again is not an error. An `id` that is not the caller's own fails with `FORBIDDEN`.
 */
export async function logout(
  context: Context,
  { current, refusal, refreshToken, id, caller }: LogoutRequest,
): Promise<LogoutData> {
  const { session, user } = current ?? (await stateOf(context, { refreshToken, refusal }));
  if (id !== undefined && id !== user.id) {
    const about = { userId: user.id, sessionId: session.id, detail: { code: 'FORBIDDEN' } } as const;
    await refuse(context, { caller, code: 'FORBIDDEN', event: { type: 'access.denied', outcome: 'failure', ...about } });
  }
  await withTransaction(context, {
    caller,
    async work({ unit }) {
      const ended = await unit.sessions.revoke(session.id, context.clock.now(), 'logout');
      unit.invalidateSessionCache(user.id);
      if (!ended) return;
      await unit.record({
        type: 'session.ended',
        outcome: 'success',
        userId: user.id,
        sessionId: session.id,
        detail: { reason: 'logout' },
      });
    },
  });
  return { auth: LOGGED_OUT };
}

function stateOf(
  context: Context,
  { refreshToken, refusal }: Pick<LogoutRequest, 'refreshToken' | 'refusal'>,
): Promise<SessionState> {
  if (refreshToken === undefined) throw refusal ?? new AuthError('UNAUTHENTICATED');
  return resolveRefreshToken(context, refreshToken);
}
