import type { RouteData } from './api-types.js';
import type { AuthClientError, AuthConnectionError } from './errors.js';

/** The last known session state. Check `status`. */
export type SessionState<Profile = undefined> =
  /** The session has not been requested yet, or the response is pending. */
  | { readonly status: 'loading' }
  | ({ readonly status: 'signed-in' } & RouteData<'me', Profile>)
  /** Signed in, but only the set-up of a second factor is allowed until there is one (`twoFactor.required`). */
  | { readonly status: 'setup-required' }
  /** `ended`: by another client, an administrator, or expiry. `none`: no user was signed in. */
  | { readonly status: 'signed-out'; readonly reason: EndReason }
  /** The server did not give a definite answer. The session is kept; `loadSession` tries again. */
  | { readonly status: 'unreachable'; readonly error: AuthClientError | AuthConnectionError };

export type EndReason = 'logout' | 'ended' | 'none';
