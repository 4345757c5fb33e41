import { expectTypeOf, it } from 'vitest';
import type { AuthBlock, ErrorCode, FactorMethod, User } from '@sallyport/core';
import type { AuthClient, AuthClientError, RouteData, SessionState } from './index.js';

// Checked by `typecheck` only: the functions do not run.
const checked = (_: (client: AuthClient, profiled: AuthClient<{ readonly company: string }>) => Promise<void>): void => undefined;

it('narrows a login by its kind', () => {
  checked(async (client) => {
    const login = await client.login({ email: 'ada@example.com', password: 'x' });
    expectTypeOf(login.kind).toEqualTypeOf<'signed-in' | 'second-factor-required'>();
    expectTypeOf(login.userId).toEqualTypeOf<string>();
    // @ts-expect-error -- only if a second factor is required
    void login.verify;
    if (login.kind === 'second-factor-required') {
      expectTypeOf(login.methods).toEqualTypeOf<readonly (FactorMethod | 'passkey')[]>();
      expectTypeOf(login.sendAgainAfter).toEqualTypeOf<number | undefined>();
      expectTypeOf((await login.verify({ token: '123456', trustDevice: true })).user).toEqualTypeOf<User<undefined>>();
    } else {
      expectTypeOf(login.auth).toEqualTypeOf<AuthBlock>();
      // @ts-expect-error -- tokens are not returned
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
    // @ts-expect-error -- no user may be signed in
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
    // @ts-expect-error -- the password is required
    await client.login({ email: 'ada@example.com' });
    // @ts-expect-error -- the id is required
    await client.user();
    // @ts-expect-error -- the client sends the token automatically
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

it('has the error codes as a closed union', () => {
  expectTypeOf<AuthClientError['code']>().toEqualTypeOf<ErrorCode>();
});

it('is assignable to a client without a profile type', () => {
  expectTypeOf<AuthClient>().toExtend<AuthClient<unknown>>();
  expectTypeOf<AuthClient<{ readonly company: string }>>().toExtend<AuthClient<unknown>>();
});
