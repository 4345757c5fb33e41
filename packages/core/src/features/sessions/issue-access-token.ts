import type { SessionState } from '../../model/session-state.js';
import type { Context } from '../../context.js';
import type { IssuedAccessToken } from '../../services/access-tokens.js';

/** An access token that says what is true of the session and its user now. */
export function issueAccessToken(
  { accessTokens }: Context,
  { session, user }: SessionState,
): Promise<IssuedAccessToken> {
  return accessTokens.issue({
    sub: user.id,
    sid: session.id,
    auth_time: Math.floor(session.authenticatedAt / 1_000),
    amr: session.amr,
    acr: `aal${session.aal}`,
    role: user.role,
    ver: user.securityVersion,
  });
}
