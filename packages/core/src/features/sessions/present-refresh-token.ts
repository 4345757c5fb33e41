import type { Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { isGenuine, parseRefreshToken } from './refresh-token.js';
import type { SessionState } from '../../services/session-cache.js';

/** A genuine refresh token: its session, live or not, and the generation that it is of. */
export interface PresentedToken extends SessionState {
  readonly counter: number;
}

/** Finds the session of a refresh token, past every cache. Fails with `INVALID_REFRESH_TOKEN`. */
export async function presentRefreshToken(
  { store, keyring }: Pick<Deps, 'store' | 'keyring'>,
  refreshToken: string,
): Promise<PresentedToken> {
  const claim = parseRefreshToken(refreshToken);
  const state = claim === null ? null : await store.sessions.findWithUser(claim.sessionId);
  // One answer for every forgery: which session ids exist is nobody's business.
  if (claim === null || state === null || !isGenuine(keyring, claim, state.session.refreshSalt)) {
    throw new AuthError('INVALID_REFRESH_TOKEN');
  }
  return { ...state, counter: claim.counter };
}
