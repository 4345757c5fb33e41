import type { RouteMethods } from './api-types.js';
import type { SessionState } from './session-state.js';
import type { AuthStorage } from './tokens.js';

export interface AuthClientOptions {
  /**
   * Where the server's routes are mounted, such as `https://api.example.com/auth`. In a page it may be a path, such as `/auth`,
   * relative to the page's own origin.
   */
  readonly baseUrl: string;
  /** Same as the server's `transport`. With `'cookie'` no script can read a token. Default `'bearer'`. */
  readonly transport?: 'bearer' | 'cookie' | undefined;
  /** Token storage in bearer mode. Default: in memory, so the session ends with the page. */
  readonly storage?: AuthStorage | undefined;
  /** Prefix of the keys in `storage`. Default `'sallyport'`. */
  readonly storageKey?: string | undefined;
  /** Origins, in addition to that of `baseUrl`, that `client.fetch` may send the access token to. Default: none. */
  readonly origins?: readonly string[] | undefined;
  /** The function that sends requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Timeout of a call to one of the library's routes, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Every route of the server as a method, and functions that manage the session. Methods throw `AuthClientError` if the server
 * refuses, and `AuthConnectionError` if it does not answer. An expired access token is refreshed automatically.
 */
export interface AuthClient<Profile = undefined> extends RouteMethods<Profile> {
  /** The last known session state. The object is replaced, never mutated. */
  readonly session: SessionState<Profile>;
  /** Loads the session from the storage, or from the server with `GET /me`. Never rejects. */
  readonly loadSession: () => Promise<SessionState<Profile>>;
  /** Calls the listener whenever `session` is replaced, also by another tab. Returns a function that unsubscribes. */
  readonly onChange: (listener: (session: SessionState<Profile>) => void) => () => void;
  /**
   * `fetch` for the application's own routes. It sends the access token (or cookies) to the origin of `baseUrl` and to `origins`
   * only, and retries once with a fresh token after a 401. Rejects like `fetch`, and with the library's errors if the token could
   * not be refreshed.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Disconnects from the other tabs. The session stays. */
  readonly close: () => void;
}
