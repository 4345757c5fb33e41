import { expectTypeOf, it } from 'vitest';
import type { AuthBlock, ErrorCode, FactorMethod, User } from '@sallyport/core';
import type { AuthClient, AuthClientError, RouteData, SessionState } from './index.js';

// None of this runs: `typecheck` checks it.
const checked = (_: (client: AuthClient, profiled: AuthClient<{ readonly company: string }>) => Promise<void>): void => undefined;

it('narrows a login by its kind', () => {
  checked(async (client) => {
    const login = await client.login({ email: 'ada@example.com', password: 'x' });
    expectTypeOf(login.kind).toEqualTypeOf<'signed-in' | 'second-factor-required'>();
    expectTypeOf(login.userId).toEqualTypeOf<string>();
    // @ts-expect-error -- only where a second factor is asked for
    void login.verify;
    if (login.kind === 'second-factor-required') {
      expectTypeOf(login.methods).toEqualTypeOf<readonly (FactorMethod | 'passkey')[]>();
      expectTypeOf(login.sendAgainAfter).toEqualTypeOf<number | undefined>();
      expectTypeOf((await login.verify({ token: '123456', trustDevice: true })).user).toEqualTypeOf<User<undefined>>();
    } else {
      expectTypeOf(login.auth).toEqualTypeOf<AuthBlock>();
      // @ts-expect-error -- nobody is shown a token
      void login.accessToken;
    }
  });
});

it('narrows a sign-in by email in the same way', () => {
  checked(async (client) => {
    const { loginToken } = await client.requestEmailLogin({ email: 'ada@example.com', method: 'code' });
    const login = await client.verifyEmailLogin({ loginToken, code: '123456' });
    expectTypeOf(login.kind).toEqualTypeOf<'signed-in' | 'second-factor-required'>();
    if (login.kind === 'second-factor-required') expectTypeOf((await login.verifyBackupCode({ code: 'x' })).user).toEqualTypeOf<User<undefined>>();
  });
});

it('narrows a session by its status', () => {
  checked(async ({ session }) => {
    // @ts-expect-error -- there may be nobody
    void session.user;
    if (session.status === 'signed-in') expectTypeOf(session.user.email).toEqualTypeOf<string>();
    if (session.status === 'signed-out') expectTypeOf(session.reason).toEqualTypeOf<'logout' | 'ended' | 'none'>();
    expectTypeOf<Extract<SessionState, { readonly status: 'unreachable' }>['error']['name']>().toEqualTypeOf<'AuthClientError' | 'AuthConnectionError'>();
  });
});

it('has the input and output types of the route', () => {
  checked(async (client, profiled) => {
    await client.me();
    await client.users();
    await client.users({ search: 'ada' }, { signal: AbortSignal.timeout(5) });
    await client.logout();
    await client.refresh();
    // @ts-expect-error -- a password is needed
    await client.login({ email: 'ada@example.com' });
    // @ts-expect-error -- and an id here
    await client.user();
    // @ts-expect-error -- the client sends it by itself
    await client.login({ email: 'ada@example.com', password: 'x', deviceToken: 'y' });
    expectTypeOf((await client.users()).nextCursor).toEqualTypeOf<string | null>();
    expectTypeOf((await client.users()).total).toEqualTypeOf<number>();
    expectTypeOf(await client.endSession({ id: 'x' })).toEqualTypeOf<undefined>();
    const setUp = await client.setUpTwoFactor();
    if (setUp.method === 'totp') expectTypeOf(setUp.qrCode).toEqualTypeOf<string>();
    expectTypeOf((await profiled.me()).user.profile).toEqualTypeOf<{ readonly company: string } | null>();
    expectTypeOf<RouteData<'me'>>().not.toHaveProperty('accessToken');
  });
});

it('has the closed list of codes', () => {
  expectTypeOf<AuthClientError['code']>().toEqualTypeOf<ErrorCode>();
});

it('is assignable to a client that knows nothing of profiles', () => {
  expectTypeOf<AuthClient>().toExtend<AuthClient<unknown>>();
  expectTypeOf<AuthClient<{ readonly company: string }>>().toExtend<AuthClient<unknown>>();
});
