import type { AuthBlock } from '@sallyport/core';
import type { CallOptions } from './api-types.js';
import type { CallRoute } from './call-route.js';
import { AuthClientError } from './errors.js';
import { ROUTES } from './routes.js';
import type { RouteName } from './routes.js';
import type { Answer, Fields } from './send-request.js';
import type { SessionKeeper } from './session-keeper.js';
import type { TokenStore } from './tokens.js';

export type Method = (input?: Fields, options?: CallOptions) => Promise<unknown>;

export interface MethodParts {
  readonly isCookieMode: boolean;
  readonly store: Pick<TokenStore, 'readTokens' | 'readDevice'>;
  readonly keeper: Pick<SessionKeeper, 'current' | 'renew' | 'end'>;
  readonly call: CallRoute;
}

const LOGGED_OUT: AuthBlock = { hasAccessToken: false, enable: false, status: 'LOGGED_OUT', verified: false };

/** One method for each route. Some of them do more than send the request and return the response. */
export function createMethods({ isCookieMode, store, keeper, call }: MethodParts): Readonly<Record<string, Method>> {
  const plain =
    (name: RouteName, more?: Fields): Method =>
    async (input, options) =>
      shown(await call(name, { input: { ...input, ...more }, ...options }));

  /** Sends the device token. A known device gets no new-device notice; a trusted one skips the second factor. */
  const fromDevice = async (name: RouteName, ...[input, options]: Parameters<Method>): Promise<Answer> =>
    call(name, { input: { ...input, deviceToken: await store.readDevice() }, ...options });

  const logIn =
    (name: RouteName): Method =>
    async (...request) => {
      const answer = await fromDevice(name, ...request);
      const data = shown(answer);
      if (!data?.challengeToken) return { ...data, kind: 'signed-in' };
      const challenge = { challengeToken: data.challengeToken };
      return {
        ...data,
        kind: 'second-factor-required',
        sendAgainAfter: answer.meta?.retryAfter,
        sendCode: plain('challengeTwoFactor', challenge),
        verify: plain('verifyTwoFactor', challenge),
        verifyBackupCode: plain('verifyBackupCode', challenge),
      };
    };

  return {
    ...Object.fromEntries(Object.keys(ROUTES).filter(isRouteName).map((name) => [name, plain(name)])),
    login: logIn('login'),
    adminLogin: logIn('adminLogin'),
    verifyEmailLogin: logIn('verifyEmailLogin'),
    exchangeProviderCode: logIn('exchangeProviderCode'),
    authenticatePasskey: async (...request) => shown(await fromDevice('authenticatePasskey', ...request)),
    async refresh() {
      if (await keeper.renew(await keeper.current())) return;
      throw new AuthClientError('UNAUTHENTICATED', 'No user is signed in', { status: 401 });
    },
    async logout(input, options) {
      const refreshToken = (await store.readTokens())?.refreshToken;
      try {
        if (isCookieMode || refreshToken) return await plain('logout', { refreshToken })(input, options);
      } catch (error) {
        // The session has already ended.
        if (!(error instanceof AuthClientError && error.status === 401)) throw error;
      }
      await keeper.end('logout');
      return { auth: LOGGED_OUT };
    },
  };
}

const isRouteName = (name: string): name is RouteName => name in ROUTES;

/** The result for the caller: the data without tokens, and the link to the next page. */
function shown({ data, meta }: Answer): Answer['data'] {
  if (!data) return undefined;
  const { accessToken: _access, refreshToken: _refresh, deviceToken: _device, tokenType: _type, ...rest } = data;
  return { ...rest, ...(meta?.nextCursor !== undefined && { nextCursor: meta.nextCursor, total: meta.total }) };
}
