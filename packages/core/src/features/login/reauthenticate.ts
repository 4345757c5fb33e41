import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isoTime } from '../../foundation/iso-time.js';
import { transact } from '../../unit-of-work.js';
import { demandVerifiedEmail } from '../sessions/require-verified-email.js';
import { demandPassword } from '../passwords/demand-password.js';
import type { DemandPasswordDeps } from '../passwords/demand-password.js';
import type { SessionState } from '../../services/session-cache.js';
import { issueAccessToken } from '../sessions/issue-access-token.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { ReauthenticateData, ReauthenticateInput } from './schema.js';

export type ReauthenticateDeps = DemandPasswordDeps & Pick<Deps, 'accessTokens' | 'settings'>;

export interface ReauthenticateRequest extends ReauthenticateInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

/**
 * Makes the session recent again by its user's password. It stays the same session, at the same assurance level. A wrong
 * password is `INVALID_CREDENTIALS`; a session that ended meanwhile is `INVALID_TOKEN`.
 */
export async function reauthenticate(
  deps: ReauthenticateDeps,
  { password, current, caller }: ReauthenticateRequest,
): Promise<ReauthenticateData> {
  const { user, session } = current;
  const about = { userId: user.id, sessionId: session.id };
  await demandPassword(deps, { current, password, caller });
  await demandVerifiedEmail(deps, { user, sessionId: session.id, caller });
  const at = deps.clock.now();
  const proof = { at, amr: session.amr, aal: session.aal };
  const won = await transact(deps, {
    caller,
    async work(unit) {
      const won = await unit.sessions.reauthenticate(session.id, proof);
      unit.forgetState(user.id);
      await unit.record(
        won
          ? { type: 'session.reauthenticated', outcome: 'success', ...about }
          : { type: 'session.reauthentication-failed', outcome: 'failure', ...about },
      );
      return won;
    },
  });
  if (!won) throw new AuthError('INVALID_TOKEN');
  const state = { user, session: { ...session, authenticatedAt: at } };
  const { accessToken, expiresAt } = await issueAccessToken(deps, state);
  return { accessToken, expiresAt: isoTime(expiresAt), auth: sessionAuth(deps, state) };
}
