import type { RouteData } from './api-types.js';
import type { AuthClientError, AuthConnectionError } from './errors.js';

/** Who is signed in here, as far as is known. Ask for `status`. */
export type SessionState<Profile = undefined> =
  /** Nobody has asked yet, or the answer is on its way. */
  | { readonly status: 'loading' }
  | ({ readonly status: 'signed-in' } & RouteData<'me', Profile>)
  /** Signed in, and everything but the set-up of a second factor is closed until there is one (`twoFactor.required`). */
  | { readonly status: 'setup-required' }
  /** `ended`: elsewhere, by an administrator, or by time. `none`: nobody was signed in. */
  | { readonly status: 'signed-out'; readonly reason: EndReason }
  /** The server could not tell. Nobody is logged out by that; `loadSession` asks again. */
  | { readonly status: 'unreachable'; readonly error: AuthClientError | AuthConnectionError };

export type EndReason = 'logout' | 'ended' | 'none';
