import type { RouteMethods } from './api-types.js';
import type { SessionState } from './session-state.js';
import type { AuthStorage } from './tokens.js';

export interface AuthClientOptions {
  /**
   * Where the server's routes are mounted, such as `https://api.example.com/auth`. In a page it may be a path, such as `/auth`: it
   * is then below the page's own origin.
   */
  readonly baseUrl: string;
  /** As the server's `transport`. With `'cookie'` no token ever reaches a script. Default `'bearer'`. */
  readonly transport?: 'bearer' | 'cookie' | undefined;
  /** Where tokens are kept in bearer mode. Default: in memory, so that a session ends with the page. */
  readonly storage?: AuthStorage | undefined;
  /** What the keys in `storage` begin with. Default `'sallyport'`. */
  readonly storageKey?: string | undefined;
  /** Origins beside that of `baseUrl` that `client.fetch` may send the access token to. Default: none. */
  readonly origins?: readonly string[] | undefined;
  /** What requests are sent by. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** How long a route of the library may take to answer, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Every route of the server as a method, and what keeps a session going. Methods throw `AuthClientError` where the server
 * refuses, and `AuthConnectionError` where it does not answer. An access token that has ended is replaced on the way.
 */
export interface AuthClient<Profile = undefined> extends RouteMethods<Profile> {
  /** Who is signed in, as far as is known. It is replaced, never changed. */
  readonly session: SessionState<Profile>;
  /** Finds out who is signed in: from the storage, or from the server by `GET /me`. Never rejects. */
  readonly loadSession: () => Promise<SessionState<Profile>>;
  /** Calls the listener whenever `session` is replaced, by another tab too. Gives the function that stops it. */
  readonly onChange: (listener: (session: SessionState<Profile>) => void) => () => void;
  /**
   * `fetch` for the application's own routes: sends the access token (or cookies) along to the origin of `baseUrl` and to
   * `origins`, to no other, and after a 401 tries once more with a fresh one. Rejects like `fetch`, and with the library's
   * errors where the token could not be renewed.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Lets go of the other tabs. Nobody is logged out. */
  readonly close: () => void;
}
