import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import { readRefreshCookie } from '../features/sessions/refresh-cookie.js';
import { refreshSession } from '../features/sessions/refresh-session.js';
import { enforceRateLimit } from '../features/throttling/enforce-rate-limit.js';
import { cookieContext, moveTokensToCookies } from '../http/cookies.js';
import type { Caller } from '../model/caller.js';
import type { Authenticated } from '../model/principal.js';
import { authenticate } from './authenticate.js';
import type { Exchange } from './exchange.js';

export interface Admission {
  readonly authenticated: Authenticated;
  /** The `Set-Cookie` lines of a refreshed session. */
  readonly setCookies: readonly string[];
}

interface AdmissionInput {
  readonly exchange: Exchange;
  readonly caller: Caller;
  /** Whether new cookies reach the browser. */
  readonly canSetCookies: boolean;
}

/**
 * Finds the session of a request. If a page is opened with an expired access cookie, the refresh cookie renews the session: a
 * server-rendered page has no script to do so. Fails with `UNAUTHENTICATED`, `INVALID_TOKEN`, or an error of the refresh.
 */
export async function authenticateOrRefresh(context: Context, input: AdmissionInput): Promise<Admission> {
  const { exchange, caller, canSetCookies } = input;
  try {
    const token = exchange.token();
    if (token === null) throw new AuthError('UNAUTHENTICATED');
    return { authenticated: await authenticate(context, { token, caller }), setCookies: [] };
  } catch (error) {
    const isUnknown = error instanceof AuthError && (error.code === 'UNAUTHENTICATED' || error.code === 'INVALID_TOKEN');
    if (!isUnknown || !canSetCookies || exchange.hasBearer || !isNavigation(exchange)) throw error;
    const refreshed = await refresh(context, input);
    if (refreshed === null) throw error;
    return refreshed;
  }
}

/** `null` if there is no valid refresh cookie. */
async function refresh(context: Context, { exchange: { cookies }, caller }: AdmissionInput): Promise<Admission | null> {
  if (cookies.refreshToken === undefined) return null;
  await enforceRateLimit(context, { name: 'refresh', ip: caller.ip });
  try {
    const refreshToken = await readRefreshCookie(context, cookies);
    if (refreshToken === undefined) return null;
    const refreshed = await refreshSession(context, { refreshToken, caller });
    const { cookies: setCookies } = moveTokensToCookies({ ...refreshed }, cookieContext(context.settings, cookies));
    return { authenticated: await authenticate(context, { token: refreshed.accessToken, caller }), setCookies };
  } catch (error) {
    if (error instanceof AuthError && error.code === 'INVALID_REFRESH_TOKEN') return null;
    throw error;
  }
}

/**
 * Whether the request opens a page. Scripts refresh by themselves, so other requests do not: two requests of one page
 * must not both refresh.
 */
function isNavigation({ request }: Exchange): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const mode = request.header('sec-fetch-mode');
  // Safari before 16.4 does not send the header.
  return mode === undefined ? (request.header('accept') ?? '').includes('text/html') : mode === 'navigate';
}
