import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { splitDeviceTokens } from '../../http/device-cookie.js';
import type { RouteRequest } from '../../http/define-route.js';
import { parseDeviceToken } from '../devices/device-token.js';
import { parseRefreshToken } from './refresh-token.js';

type Cookies = RouteRequest['cookies'];

/**
 * Reads the refresh token from the cookies. It must belong to the session of the access cookie, or else to the device
 * of the device cookie: a sibling subdomain may have planted a refresh cookie to put the visitor into its own session
 * (security.md S7). Fails with `INVALID_REFRESH_TOKEN`.
 */
export async function readRefreshCookie(context: Context, cookies: Cookies): Promise<string | undefined> {
  const { refreshToken } = cookies;
  if (refreshToken === undefined || (await belongsTogether(context, { cookies, refreshToken }))) return refreshToken;
  throw new AuthError('INVALID_REFRESH_TOKEN');
}

async function belongsTogether(
  context: Context,
  { cookies, refreshToken }: { readonly cookies: Cookies; readonly refreshToken: string },
): Promise<boolean> {
  const claim = parseRefreshToken(refreshToken);
  if (claim === null) return true;
  const { accessToken, deviceToken } = cookies;
  const sessionId = accessToken === undefined ? null : await sessionOf(context, accessToken);
  if (sessionId !== null) return sessionId === claim.sessionId;
  const devices = deviceToken === undefined ? [] : splitDeviceTokens(deviceToken).flatMap((token) => parseDeviceToken(token)?.deviceId ?? []);
  if (devices.length === 0) return true;
  const session = await context.store.sessions.find(claim.sessionId);
  return session === null || session.deviceId === null || devices.includes(session.deviceId);
}

/** `null` if the access token has expired or is not genuine. */
async function sessionOf({ accessTokens }: Context, accessToken: string): Promise<string | null> {
  try {
    return (await accessTokens.verify(accessToken)).sid;
  } catch (error) {
    if (error instanceof AuthError && error.code === 'INVALID_TOKEN') return null;
    throw error;
  }
}
