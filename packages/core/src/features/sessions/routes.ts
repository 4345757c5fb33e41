import type { Context } from '../../context.js';
import { AuthError, invalidField } from '../../errors.js';
import { publicRoute, sessionRoute } from '../../http/define-route.js';
import { idInput, knownId, noData, noInput } from '../../http/input.js';
import { endSession } from './end-session.js';
import { listSessions } from './list-sessions.js';
import { logout } from './logout.js';
import { logoutAll } from './logout-all.js';
import { refreshSession } from './refresh-session.js';
import { readRefreshCookie } from './refresh-cookie.js';
import { logoutAllData, logoutData, logoutInput, refreshInput, sessionsData, sessionTokens } from './schema.js';

export const sessionRoutes = {
  refresh: publicRoute({
    method: 'POST',
    path: '/refresh-token',
    access: 'public',
    limit: 'refresh',
    summary: 'Trade a refresh token for the next one and an access token',
    status: 200,
    message: 'Token refreshed',
    input: refreshInput,
    data: sessionTokens,
    errors: ['UNAUTHENTICATED', 'INVALID_REFRESH_TOKEN', 'REFRESH_TOKEN_REUSED', 'SESSION_EXPIRED', 'EMAIL_NOT_VERIFIED'],
    handler: async (context, { request: { caller, cookies }, input }) => {
      const refreshToken = input.refreshToken ?? (await readRefreshCookie(context, cookies));
      if (refreshToken === undefined) throw missingRefreshToken(context);
      return { data: await refreshSession(context, { refreshToken, caller }) };
    },
  }),
  logout: publicRoute({
    method: 'POST',
    path: '/logout',
    access: 'public-or-session',
    summary: 'End this session',
    status: 200,
    message: 'Logout successful',
    input: logoutInput,
    data: logoutData,
    errors: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'INVALID_REFRESH_TOKEN', 'FORBIDDEN'],
    handler: async (context, { request: { cookies, ...request }, input }) => ({
      data: await logout(context, {
        ...request,
        ...input,
        // The access token decides which session ends, whatever the refresh cookie is.
        refreshToken: input.refreshToken ?? (request.current === null ? await readRefreshCookie(context, cookies) : undefined),
      }),
    }),
  }),
  logoutAll: sessionRoute({
    method: 'POST',
    path: '/logout-all',
    beforeSetup: true,
    access: 'session',
    summary: 'End every session of the user',
    status: 200,
    message: 'All sessions ended',
    input: noInput,
    data: logoutAllData,
    errors: [],
    handler: async (context, { request: { caller, current } }) => ({ data: await logoutAll(context, { current, caller }) }),
  }),
  sessions: sessionRoute({
    method: 'GET',
    path: '/sessions',
    access: 'session',
    summary: "The user's live sessions, newest first",
    status: 200,
    message: 'Active sessions',
    input: noInput,
    data: sessionsData,
    errors: [],
    handler: async (context, { request: { current } }) => ({ data: await listSessions(context, current) }),
  }),
  endSession: sessionRoute({
    method: 'DELETE',
    path: '/sessions/:id',
    access: 'session',
    summary: "End one of one's own sessions",
    status: 204,
    message: 'Session ended',
    input: idInput,
    data: noData,
    errors: ['NOT_FOUND'],
    handler: async (context, { request: { caller, current }, input }) => {
      await endSession(context, { id: knownId(input), current, caller });
      return { data: undefined };
    },
  }),
};

/** A page whose cookie has expired must log in; a program that omits the field has a bug. */
function missingRefreshToken({ settings }: Context): AuthError {
  if (settings.transport === 'cookie') return new AuthError('UNAUTHENTICATED');
  return invalidField('refreshToken', 'is required');
}
