import type { SessionState } from '../../model/session-state.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isGenuine, parseRefreshToken } from './refresh-token.js';

/** A genuine refresh token: its session, live or not, and its generation. */
export interface PresentedToken extends SessionState {
  readonly counter: number;
}

/** Finds the session of a refresh token, without the cache. Fails with `INVALID_REFRESH_TOKEN`. */
export async function resolveRefreshToken(
  { store, keyring }: Context,
  refreshToken: string,
): Promise<PresentedToken> {
  const claim = parseRefreshToken(refreshToken);
  const state = claim === null ? null : await store.sessions.findWithUser(claim.sessionId);
  // The same answer for every forgery, so that it does not tell which session ids exist.
  if (claim === null || state === null || !isGenuine(keyring, claim, state.session.refreshSalt)) {
    throw new AuthError('INVALID_REFRESH_TOKEN');
  }
  return { ...state, counter: claim.counter };
}
