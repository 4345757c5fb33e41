import type { RouteData } from './api-types.js';
import type { AuthClientError, AuthConnectionError } from './errors.js';

/** The session state here, as far as is known. Check `status`. */
export type SessionState<Profile = undefined> =
  /** The session has not been requested yet, or the response is pending. */
  | { readonly status: 'loading' }
  | ({ readonly status: 'signed-in' } & RouteData<'me', Profile>)
  /** Signed in, but only the set-up of a second factor is allowed until there is one (`twoFactor.required`). */
  | { readonly status: 'setup-required' }
  /** `ended`: by another client, an administrator, or expiry. `none`: nobody was signed in. */
  | { readonly status: 'signed-out'; readonly reason: EndReason }
  /** The server could not tell. This logs nobody out; `loadSession` tries again. */
  | { readonly status: 'unreachable'; readonly error: AuthClientError | AuthConnectionError };

export type EndReason = 'logout' | 'ended' | 'none';
