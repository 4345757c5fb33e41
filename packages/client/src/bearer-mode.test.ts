import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { AuthConfig, AuthApi } from '@sallyport/core';
import { fakeClock, totp } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AuthClientError, AuthConnectionError, createAuthClient } from './index.js';
import type { AuthClient, AuthClientOptions, AuthStorage } from './index.js';
import { memoryStorage } from './test-kit/memory-storage.js';
import { PASSWORD, serveAuth } from './test-kit/served-auth.js';
import type { ServedAuth } from './test-kit/served-auth.js';

const ADA = { email: 'ada@example.com', password: PASSWORD };

const clientOf = (served: ServedAuth, options: Partial<AuthClientOptions> = {}): AuthClient => {
  const client = createAuthClient({ baseUrl: `${served.origin}/auth`, ...options });
  onTestFinished(client.close);
  return client;
};

type LoginData = Extract<Awaited<ReturnType<AuthApi['login']>>, { readonly accessToken: string }>;

interface Scene {
  readonly served: ServedAuth;
  readonly client: AuthClient;
  readonly storage: AuthStorage;
}

/** Registers Ada and signs in as her with the client. */
const signedIn = async (config: Partial<AuthConfig> = {}): Promise<Scene> => {
  const served = await serveAuth(config);
  const storage = memoryStorage();
  const client = clientOf(served, { storage });
  await client.register({ ...ADA, name: 'Ada' });
  await client.login(ADA);
  return { served, client, storage };
};

const KEY = 'sallyport.session';
const storedIn = async (storage: AuthStorage) => JSON.parse((await storage.getItem(KEY)) ?? 'null');
/** Makes the access token invalid, so that the server refuses it as if it had expired. */
const invalidateAccessToken = async (storage: AuthStorage): Promise<void> => {
  await storage.setItem(KEY, JSON.stringify({ ...(await storedIn(storage)), accessToken: 'spoiled' }));
};
const refreshesOf = ({ requests }: ServedAuth): number => requests.filter((request) => request === 'POST /auth/refresh-token').length;
const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error);

describe('a client in bearer mode', () => {
  it('registers, logs in, uses and ends a session, on a database file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-client-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const served = await serveAuth({ store: await createLibsqlStore({ url: `file:${join(folder, 'auth.db')}` }) });
    const client = clientOf(served);
    expect(client.session).toEqual({ status: 'loading' });
    expect(await client.loadSession()).toEqual({ status: 'signed-out', reason: 'none' });
    const seen: string[] = [];
    const stop = client.onChange(({ status }) => void seen.push(status));

    const { user } = await client.register({ ...ADA, name: 'Ada' });
    expect(user?.email).toBe(ADA.email);
    const login = await client.login(ADA);
    expect(login).toEqual({ kind: 'signed-in', userId: user?.id, expiresAt: expect.any(String), auth: expect.objectContaining({ status: 'BASIC_AUTH' }) });
    expect(client.session).toMatchObject({ status: 'signed-in', user: { name: 'Ada' }, session: { current: true } });

    expect((await client.sessions()).sessions).toHaveLength(1);
    await client.updateMe({ name: 'Ada L.' });
    expect(client.session).toMatchObject({ user: { name: 'Ada L.' } });
    await client.reauthenticate({ password: PASSWORD });
    await client.changePassword({ currentPassword: PASSWORD, newPassword: 'eight violet otters' });
    expect((await client.me()).user.name).toBe('Ada L.');
    expect((await client.userEvents({ id: user?.id ?? '', limit: 2 })).nextCursor).toEqual(expect.any(String));
    expect(await (await client.fetch(`${served.origin}/hello`)).json()).toMatchObject({ hello: 'Ada L.' });

    expect((await client.logout()).auth.status).toBe('LOGGED_OUT');
    expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
    expect(await failure(client.me())).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(refreshesOf(served)).toBe(0);
    stop();
    await client.login({ ...ADA, password: 'eight violet otters' });
    expect(seen.filter((status, at) => status !== seen[at - 1])).toEqual(['signed-in', 'signed-out']);
  });

  it('returns no token, and does not show its tokens when it is printed', async () => {
    const { client, storage } = await signedIn();
    const { accessToken, refreshToken } = await storedIn(storage);
    const shown = JSON.stringify([client, await client.login(ADA), await client.me(), client.session]);
    for (const token of [accessToken, refreshToken]) expect(shown).not.toContain(token);
  });

  it('reports an invalid request by code and by field', async () => {
    const client = clientOf(await serveAuth());
    const weak = await failure(client.register({ ...ADA, password: 'password', name: 'Ada' }));
    expect(weak).toBeInstanceOf(AuthClientError);
    expect(weak).toMatchObject({ code: 'WEAK_PASSWORD', status: 400, issues: [{ path: 'password' }], requestId: expect.any(String) });
    for (let n = 0; n < 5; n += 1) expect(await failure(client.login(ADA))).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(await failure(client.login(ADA))).toMatchObject({ code: 'TOO_MANY_REQUESTS', status: 429, retryAfter: expect.any(Number) });
  });

  it('names the missing proof of an old session, and does not refresh for it', async () => {
    const clock = fakeClock();
    const { served, client } = await signedIn({ clock });
    await clock.advance(6 * 60_000);
    expect(await failure(client.exportMe())).toMatchObject({ code: 'STEP_UP_REQUIRED', requires: 'PASSWORD' });
    expect((await client.fetch(`${served.origin}/strict`)).status).toBe(401);
    expect(refreshesOf(served)).toBe(0);
    await client.reauthenticate({ password: PASSWORD });
    expect((await client.exportMe()) as unknown).toHaveProperty('user');
  });
});

describe('a login with a second factor', () => {
  it('is completed by a code or by a backup code', async () => {
    const clock = fakeClock();
    const { client, served } = await signedIn({ clock });
    const setUp = await client.setUpTwoFactor();
    if (setUp.method !== 'totp') throw new Error('no authenticator app');
    const codeNow = async (): Promise<string> => {
      await clock.advance(30_000);
      return totp(setUp.secret, clock);
    };
    const { backupCodes } = await client.enableTwoFactor({ token: await codeNow() });
    expect(client.session).toMatchObject({ status: 'signed-in', auth: { status: 'PENDING_VERIFICATION' } });
    await client.verifyTwoFactor({ token: await codeNow() });
    expect(client.session).toMatchObject({ auth: { status: 'FULL_AUTH' }, session: { aal: 2 } });
    expect((await client.fetch(`${served.origin}/strict`)).status).toBe(200);
    await client.logout();

    const login = await client.login(ADA);
    if (login.kind === 'signed-in') throw new Error('no second factor was required');
    expect(login.methods).toEqual(['totp']);
    expect(client.session.status).toBe('signed-out');
    expect(await failure(login.verify({ token: '000000' }))).toMatchObject({ code: 'INVALID_TWO_FACTOR_CODE' });
    const verified = await login.verify({ token: await codeNow(), method: 'totp' });
    expect(verified.user.email).toBe(ADA.email);
    expect(client.session).toMatchObject({ status: 'signed-in', auth: { status: 'FULL_AUTH' } });
    await client.logout();

    const again = await client.login(ADA);
    if (again.kind === 'signed-in') throw new Error('no second factor was required');
    await again.verifyBackupCode({ code: backupCodes[0] ?? '', trustDevice: true });
    await client.logout();
    // The device is trusted now, also after the logout.
    expect((await client.login(ADA)).kind).toBe('signed-in');
  });

  it('is also required after a link or a code by email', async () => {
    const clock = fakeClock();
    const { client, served } = await signedIn({ clock, emailLogin: {} });
    // Otherwise the sign-in would be the first proof of the address, which claims the account (R7).
    await client.verifyEmail({ token: (await served.mail.next('email-verification')).data.token ?? '' });
    const setUp = await client.setUpTwoFactor();
    if (setUp.method !== 'totp') throw new Error('no authenticator app');
    await client.enableTwoFactor({ token: totp(setUp.secret, clock) });
    await client.logout();

    const { loginToken } = await client.requestEmailLogin({ email: ADA.email, method: 'code' });
    const { code = '' } = (await served.mail.next('email-login-code')).data;
    const login = await client.verifyEmailLogin({ loginToken, code });
    if (login.kind === 'signed-in') throw new Error('no second factor was required');
    expect(login.methods).toEqual(['totp']);
    expect(client.session.status).toBe('signed-out');
    await clock.advance(30_000);
    await login.verify({ token: totp(setUp.secret, clock) });
    expect(client.session).toMatchObject({ status: 'signed-in', auth: { status: 'FULL_AUTH' } });
  });

  it('begins a session by a passkey from the known device, and informs the other tab', async () => {
    const { served, client, storage } = await signedIn();
    const { deviceToken, ...tokens } = await served.auth.api.login(ADA) as LoginData;
    await client.logout();
    const other = clientOf(served, { storage });
    other.onChange(() => undefined);
    await other.loadSession();
    // Answer instead of the server, as if it had just verified a passkey.
    let sent: unknown;
    served.intercept((req, res, next) => {
      if (req.path !== '/auth/passkeys/authentication') return next();
      req.setEncoding('utf8').on('data', (body: string) => (sent = JSON.parse(body))).on('end', () => {
        res.json({ success: true, data: { ...tokens, deviceToken }, meta: { timestamp: new Date().toISOString() } });
      });
    });
    const credential = { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' }, clientExtensionResults: {} } as const;
    const answer = await client.authenticatePasskey({ authenticationToken: 'x', credential });
    expect(sent).toMatchObject({ authenticationToken: 'x', deviceToken: expect.any(String) });
    expect(answer).not.toHaveProperty('accessToken');
    expect(client.session).toMatchObject({ status: 'signed-in', user: { email: ADA.email } });
    await expect.poll(() => other.session.status).toBe('signed-in');
  });

  it('does not refresh because a challenge has expired', async () => {
    const { served, client } = await signedIn();
    expect(await failure(client.verifyTwoFactor({ token: '123456', challengeToken: 'sp_ch_nothing' }))).toMatchObject({ status: 401 });
    expect(refreshesOf(served)).toBe(0);
    expect(client.session.status).toBe('signed-in');
  });
});

describe('refreshing in bearer mode', () => {
  it('happens once for many concurrent calls, of the library and of the application', async () => {
    const { served, client, storage } = await signedIn();
    await invalidateAccessToken(storage);
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, async () => (await client.me()).user.name),
      ...Array.from({ length: 20 }, async () => Reflect.get(Object(await (await client.fetch(`${served.origin}/hello`)).json()), 'hello')),
    ]);
    expect(new Set(answers)).toEqual(new Set(['Ada']));
    expect(refreshesOf(served)).toBe(1);
  });

  it('happens before a request if the token is known to have expired', async () => {
    const { served, client, storage } = await signedIn();
    await storage.setItem(KEY, JSON.stringify({ ...(await storedIn(storage)), endsAt: Date.now() }));
    const before = served.requests.length;
    await client.me();
    expect(served.requests.slice(before)).toEqual(['POST /auth/refresh-token', 'GET /auth/me']);
  });

  it('uses durations, so that a wrong clock is harmless', async () => {
    for (const years of [-20, 20]) {
      const clock = fakeClock(Date.now() + years * 365 * 86_400_000);
      const { served, client, storage } = await signedIn({ clock });
      await client.me();
      expect(refreshesOf(served)).toBe(0);
      expect((await storedIn(storage)).endsAt - Date.now()).toBeGreaterThan(9 * 60_000);
      await clock.advance(11 * 60_000);
      await client.me();
      expect(refreshesOf(served)).toBe(1);
    }
  });

  it('logs out neither of two clients on one storage that refresh concurrently', async () => {
    const { served, client, storage } = await signedIn();
    const other = clientOf(served, { storage });
    for (let round = 0; round < 5; round += 1) {
      await invalidateAccessToken(storage);
      const names = await Promise.all([client, other, client, other].map(async (each) => (await each.me()).user.name));
      expect(names).toEqual(['Ada', 'Ada', 'Ada', 'Ada']);
    }
    expect((await client.sessions()).sessions).toHaveLength(1);
  });

  it('survives lost responses', async () => {
    const { served, client, storage } = await signedIn();
    let lost = 0;
    served.intercept((req, res, next) => {
      if (req.path !== '/auth/refresh-token' || lost === 3) return next();
      lost += 1;
      // The server processes the request, but its response is lost.
      res.end = () => (res.socket?.destroy(), res);
      next();
    });
    await invalidateAccessToken(storage);
    for (let n = 0; n < 3; n += 1) expect(await failure(client.me())).toBeInstanceOf(AuthConnectionError);
    expect(client.session.status).toBe('signed-in');
    expect((await client.me()).user.name).toBe('Ada');
  });

  it("keeps the session after a 503, a proxy's response, a rate limit or no response", async () => {
    const { served, client, storage } = await signedIn();
    const patient = clientOf(served, { storage, timeoutMs: 100 });
    await invalidateAccessToken(storage);
    const outages: Parameters<ServedAuth['intercept']>[0][] = [
      (_req, res) => void res.status(503).json({ success: false, error: 'The database does not answer', code: 'STORE_UNAVAILABLE', statusCode: 503, meta: {} }),
      (_req, res) => void res.status(502).type('html').send('<h1>Bad gateway</h1>'),
      (_req, res) => void res.status(401).json({ error: 'who are you?' }),
      (_req, res) => void res.status(429).json({ success: false, error: 'Too many', code: 'TOO_MANY_REQUESTS', statusCode: 429, meta: { retryAfter: 7 } }),
      (_req, res) => void res.status(200).type('html').send('<p>Welcome to the Wi-Fi of this hotel'),
      () => undefined,
    ];
    for (const handler of outages) {
      served.intercept((req, res, next) => (req.path === '/auth/refresh-token' ? handler(req, res, next) : next()));
      const error = await failure(patient.me());
      expect(error instanceof AuthClientError || error instanceof AuthConnectionError).toBe(true);
      expect(await failure(patient.fetch(`${served.origin}/hello`))).toBeInstanceOf(Error);
      expect(client.session.status).toBe('signed-in');
    }
    served.intercept((_req, _res, next) => next());
    expect((await client.me()).user.name).toBe('Ada');
  });

  it('reports an unreachable server, instead of a signed-out state', async () => {
    const { served, storage } = await signedIn();
    const client = clientOf(served, { storage, fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect(await client.loadSession()).toMatchObject({ status: 'unreachable', error: { name: 'AuthConnectionError', cause: expect.any(TypeError) } });
    expect(await storedIn(storage)).not.toBeNull();
  });

  it('ends the session if the server says that it has ended, and informs the listeners', async () => {
    const { served, client, storage } = await signedIn();
    const { sessions } = await client.sessions();
    const { refreshToken } = await storedIn(storage);
    await client.logoutAll();
    expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
    await storage.setItem(KEY, JSON.stringify({ accessToken: 'spoiled', refreshToken }));
    expect(sessions).toHaveLength(1);
    expect(await client.loadSession()).toEqual({ status: 'signed-out', reason: 'ended' });
    expect(await storedIn(storage)).toBeNull();
    expect(refreshesOf(served)).toBe(1);
  });

  it('does not restore a session that was logged out during the refresh', async () => {
    const { served, client, storage } = await signedIn();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    served.intercept((req, _res, next) => {
      if (req.path === '/auth/refresh-token') void held.then(() => next());
      else next();
    });
    await invalidateAccessToken(storage);
    const asked = failure(client.me());
    await expect.poll(() => refreshesOf(served)).toBe(1);
    await client.logout();
    release();
    expect(await asked).toMatchObject({ status: 401 });
    expect(await storedIn(storage)).toBeNull();
    expect(client.session).toEqual({ status: 'signed-out', reason: 'logout' });
  });

  it('does not replace the session of one user by that of another', async () => {
    const { served, client, storage } = await signedIn();
    const bob = { email: 'bob@example.com', password: PASSWORD };
    await client.register({ ...bob, name: 'Bob' });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    served.intercept((req, _res, next) => {
      if (req.path === '/auth/refresh-token') void held.then(() => next());
      else next();
    });
    await invalidateAccessToken(storage);
    // By the same client, or by that of another tab.
    const asked = failure(client.updateMe({ name: 'Ada the First' }));
    await expect.poll(() => refreshesOf(served)).toBe(1);
    await clientOf(served, { storage }).login(bob);
    release();
    await asked;
    expect((await client.me()).user.name).toBe('Bob');
    await expect.poll(() => client.session).toMatchObject({ user: { name: 'Bob' } });
  });

  it('informs other clients on the storage of logins and logouts', async () => {
    const { served, client, storage } = await signedIn();
    const other = clientOf(served, { storage });
    other.onChange(() => undefined);
    await other.loadSession();
    await client.updateMe({ name: 'Ada L.' });
    await expect.poll(() => other.session).toMatchObject({ user: { name: 'Ada L.' } });
    await client.logout();
    await expect.poll(() => other.session).toEqual({ status: 'signed-out', reason: 'logout' });
    await client.login(ADA);
    await expect.poll(() => other.session).toMatchObject({ status: 'signed-in' });
  });

  it('keeps sessions in memory separate', async () => {
    const served = await serveAuth();
    const [one, two] = [clientOf(served), clientOf(served)];
    await one.register({ ...ADA, name: 'Ada' });
    await one.login(ADA);
    await two.login(ADA);
    await one.logout();
    expect((await two.me()).user.name).toBe('Ada');
    expect(two.session.status).toBe('signed-in');
  });
});

describe('a storage', () => {
  it('may contain anything: an invalid entry means that there is no session', async () => {
    const served = await serveAuth();
    await served.auth.api.register({ ...ADA, name: 'Ada' });
    const values = ['', '{', 'null', '[]', '7', '"text"', '{"__proto__":{"accessToken":"a","refreshToken":"b"}}', '{"accessToken":7,"refreshToken":"b"}',
      JSON.stringify({ accessToken: 'a\r\nx-evil: 1', refreshToken: 'b', endsAt: 1e308 }), JSON.stringify({ accessToken: 'a', refreshToken: 'b\u0000' }),
      JSON.stringify({ accessToken: 'ä', refreshToken: 'b'.repeat(5_000), endsAt: 'soon' })];
    for (const value of values) {
      const storage = memoryStorage();
      await storage.setItem(KEY, value);
      await storage.setItem('sallyport.device', `${value}\r\n`);
      const client = clientOf(served, { storage });
      expect([value, await client.loadSession()]).toEqual([value, { status: 'signed-out', reason: 'none' }]);
      expect((await client.login(ADA)).kind).toBe('signed-in');
    }
  });

  it('may contain invalid tokens: the server decides, once', async () => {
    const served = await serveAuth();
    for (const endsAt of [-1e308, 0, 1e308, Number.NaN, 'soon']) {
      const storage = memoryStorage();
      await storage.setItem(KEY, JSON.stringify({ accessToken: 'a', refreshToken: 'sp_rt_b', endsAt }));
      expect(await clientOf(served, { storage }).loadSession()).toEqual({ status: 'signed-out', reason: 'ended' });
    }
    expect(refreshesOf(served)).toBe(5);
  });

  it('may fail, because it is blocked or full: the session is then kept in memory', async () => {
    const fail = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    const served = await serveAuth();
    const client = clientOf(served, { storage: { getItem: fail, setItem: fail, removeItem: fail } });
    await client.register({ ...ADA, name: 'Ada' });
    await client.login(ADA);
    expect((await client.me()).user.name).toBe('Ada');
    await client.logout();
    expect(client.session.status).toBe('signed-out');
  });

  it('may be asynchronous', async () => {
    const memory = memoryStorage();
    const later = async <T>(value: T): Promise<T> => (await new Promise((resolve) => setTimeout(resolve, 2)), value);
    const storage: AuthStorage = {
      getItem: (key) => later(memory.getItem(key)) as Promise<string | null>,
      setItem: (key, value) => later(memory.setItem(key, value)),
      removeItem: (key) => later(memory.removeItem(key)),
    };
    const served = await serveAuth();
    const client = clientOf(served, { storage });
    await client.register({ ...ADA, name: 'Ada' });
    await client.login(ADA);
    await invalidateAccessToken(storage);
    await Promise.all([client.me(), client.me()]);
    expect(refreshesOf(served)).toBe(1);
  });

  it('keeps the device token after a logout, but no session', async () => {
    const { served, client, storage } = await signedIn();
    const device = await storage.getItem('sallyport.device');
    await client.logout();
    expect(await storage.getItem('sallyport.device')).toBe(device);
    await client.login(ADA);
    expect((await client.devices()).devices).toHaveLength(1);
    expect(served.requests.length).toBeGreaterThan(0);
  });
});
