import type { SessionState } from '../../model/session-state.js';
import type { Context } from '../../context.js';
import type { AccessTokenSubject, IssuedAccessToken } from '../../services/access-tokens.js';

/**
 * An access token for the session and the current state of its user, returned together with the session's refresh
 * token.
 */
export function issueAccessToken({ accessTokens }: Context, state: SessionState): Promise<IssuedAccessToken> {
  return accessTokens.issue({ ...subjectOf(state), gen: state.session.refreshCounter });
}

/**
 * An access token without a refresh token. Its use does not show that the client has the current refresh token
 * (security.md S8).
 */
export function renewAccessToken({ accessTokens }: Context, state: SessionState): Promise<IssuedAccessToken> {
  return accessTokens.issue(subjectOf(state));
}

function subjectOf({ session, user }: SessionState): AccessTokenSubject {
  return {
    sub: user.id,
    sid: session.id,
    auth_time: Math.floor(session.authenticatedAt / 1_000),
    amr: session.amr,
    acr: `aal${session.aal}`,
    role: user.role,
    ver: user.securityVersion,
  };
}
