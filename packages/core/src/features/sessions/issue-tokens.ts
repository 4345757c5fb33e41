import type { Context } from '../../context.js';
import { isoTime } from '../../foundation/iso-time.js';
import { sessionAuth } from '../../model/auth-block.js';
import type { SessionState } from '../../model/session-state.js';
import type { AccessTokenSubject } from '../../services/access-tokens.js';
import type { SessionTokens } from './schema.js';

/** A session, the current state of its user, and the session's current refresh token. */
export interface RefreshableSession extends SessionState {
  readonly refreshToken: string;
}

/** A new access token of the session, together with its refresh token. */
export async function issueTokens(context: Context, { refreshToken, ...state }: RefreshableSession): Promise<SessionTokens> {
  const subject = { ...subjectOf(state), gen: state.session.refreshCounter };
  return { ...(await issue(context, { ...state, subject })), refreshToken };
}

/**
 * An access token without a refresh token. Its use does not show that the client has the current refresh token
 * (security.md S8).
 */
export async function renewAccessToken(context: Context, state: SessionState): Promise<Omit<SessionTokens, 'refreshToken'>> {
  return issue(context, { ...state, subject: subjectOf(state) });
}

async function issue(
  context: Context,
  { subject, ...state }: SessionState & { readonly subject: AccessTokenSubject },
): Promise<Omit<SessionTokens, 'refreshToken'>> {
  const { accessToken, expiresAt } = await context.accessTokens.issue(subject);
  return { accessToken, expiresAt: isoTime(expiresAt), auth: sessionAuth(context, state) };
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
