import type { AuthConfig } from '@sallyport/core';
import { fakeClock, totp } from '@sallyport/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAuthClient } from './index.js';
import type { AuthClient } from './index.js';
import { browserLike, PASSWORD, serveAuth } from './test-kit/served-auth.js';
import type { ServedAuth } from './test-kit/served-auth.js';

const ADA = { email: 'ada@example.com', password: PASSWORD };

interface Scene {
  readonly served: ServedAuth;
  readonly client: AuthClient;
  /** Another tab of the same browser. */
  readonly other: AuthClient;
  readonly bodies: string[];
}

const signedIn = async (config: Partial<AuthConfig> = {}): Promise<Scene> => {
  const served = await serveAuth({ transport: 'cookie', ...config });
  const browser = browserLike(served.origin);
  const bodies: string[] = [];
  const open = (): AuthClient => {
    const client = createAuthClient({
      baseUrl: `${served.origin}/auth`,
      transport: 'cookie',
      // Not used in this mode.
      storage: { getItem: () => { throw new Error('read'); }, setItem: () => { throw new Error('written'); }, removeItem: () => { throw new Error('removed'); } },
      async fetch(input, init) {
        const response = await browser(input, init);
        bodies.push(await response.clone().text());
        return response;
      },
    });
    onTestFinished(client.close);
    return client;
  };
  const [client, other] = [open(), open()];
  await client.register({ ...ADA, name: 'Ada' });
  await client.login(ADA);
  return { served, client, other, bodies };
};

const refreshesOf = ({ requests }: ServedAuth): number => requests.filter((request) => request === 'POST /auth/refresh-token').length;

describe('a client in cookie mode', () => {
  it('logs in and out without ever seeing a token', async () => {
    const { served, client, bodies } = await signedIn();
    expect(client.session).toMatchObject({ status: 'signed-in', user: { name: 'Ada' } });
    expect(await (await client.fetch(`${served.origin}/hello`)).json()).toMatchObject({ hello: 'Ada' });
    await client.refresh();
    await client.logout();
    expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
    expect(await client.loadSession()).toEqual({ status: 'signed-out', reason: 'logout' });
    expect(bodies.join('\n')).not.toMatch(/"(?:access|refresh|device)Token"\s*:|sp_rt_/);
  });

  it('asks the server who is signed in', async () => {
    const { other, served } = await signedIn();
    expect(await other.loadSession()).toMatchObject({ status: 'signed-in', user: { name: 'Ada' } });
    const stranger = createAuthClient({ baseUrl: `${served.origin}/auth`, transport: 'cookie', fetch: browserLike(served.origin) });
    onTestFinished(stranger.close);
    expect(await stranger.loadSession()).toEqual({ status: 'signed-out', reason: 'none' });
  });

  it('refreshes once for many concurrent calls, and may refresh once in each of two tabs', async () => {
    const clock = fakeClock();
    const { served, client, other } = await signedIn({ clock });
    await other.loadSession();
    await clock.advance(11 * 60_000);
    const names = await Promise.all(Array.from({ length: 20 }, async () => (await client.me()).user.name));
    expect(new Set(names)).toEqual(new Set(['Ada']));
    expect(refreshesOf(served)).toBe(1);
    for (let round = 1; round < 4; round += 1) {
      await clock.advance(11 * 60_000);
      await Promise.all([client.me(), other.me(), client.fetch(`${served.origin}/hello`), other.fetch(`${served.origin}/hello`)]);
    }
    expect(refreshesOf(served)).toBeLessThanOrEqual(1 + 2 * 3);
    expect((await client.sessions()).sessions).toHaveLength(1);
  });

  it('notices that the session was ended elsewhere, and informs the other tab', async () => {
    const { served, client, other } = await signedIn();
    await other.loadSession();
    const { userId } = (await served.auth.api.login(ADA)) as { readonly userId: string };
    const admin = await served.auth.createUser({ email: 'root@example.com', name: 'Root', password: PASSWORD, role: 'admin' });
    const root = await served.auth.api.login({ email: admin.email, password: PASSWORD });
    await served.auth.api.logOutUser({ id: userId }, { accessToken: 'accessToken' in root ? root.accessToken : '' });
    await expect(client.me()).rejects.toMatchObject({ status: 401 });
    expect(client.session).toEqual({ status: 'signed-out', reason: 'ended' });
    await expect.poll(() => other.session).toEqual({ status: 'signed-out', reason: 'ended' });
  });

  it('completes a second factor despite the cookie of an earlier session', async () => {
    const clock = fakeClock();
    const { served, client } = await signedIn({ clock });
    const setUp = await client.setUpTwoFactor();
    if (setUp.method !== 'totp') throw new Error('no authenticator app');
    const code = async (): Promise<string> => {
      await clock.advance(30_000);
      return totp(setUp.secret, clock);
    };
    await client.enableTwoFactor({ token: await code() });
    // Its cookie is still sent, but is no longer valid.
    await clock.advance(60 * 60_000);
    const login = await client.login(ADA);
    if (login.kind === 'signed-in') throw new Error('no second factor was required');
    await login.verify({ token: await code() });
    expect(client.session).toMatchObject({ status: 'signed-in', auth: { status: 'FULL_AUTH' } });
    expect(refreshesOf(served)).toBe(0);
  });

  it('reports that a required second factor must be set up, and continues after the set-up', async () => {
    const clock = fakeClock();
    const { client } = await signedIn({ clock, twoFactor: { required: 'everyone' } });
    expect(client.session).toEqual({ status: 'setup-required' });
    const setUp = await client.setUpTwoFactor();
    if (setUp.method !== 'totp') throw new Error('no authenticator app');
    await clock.advance(30_000);
    await client.enableTwoFactor({ token: totp(setUp.secret, clock) });
    expect(client.session).toMatchObject({ status: 'signed-in', user: { name: 'Ada' } });
  });

  it('is signed out after a reset in this browser, which clears the cookies', async () => {
    const { client, served } = await signedIn();
    await client.requestPasswordReset({ email: ADA.email });
    await expect.poll(() => served.mail.messages.some(({ kind }) => kind === 'password-reset')).toBe(true);
    const token = served.mail.messages.find(({ kind }) => kind === 'password-reset')?.data.token ?? '';
    await client.resetPassword({ token, newPassword: 'eight violet otters' });
    expect(client.session.status).toBe('signed-out');
  });
});
