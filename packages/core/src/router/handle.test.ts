import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ADMIN_PASSWORD, createTestApp, PASSWORD } from '../test-kit/test-app.js';
import { headerOf, textOf, toAuthRequest } from '../testing/client.js';
import { loginAs } from '../testing/login-as.js';

const ACCOUNT = { email: 'ada@example.com', password: PASSWORD, name: 'Ada Lovelace' };
const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;

describe('the envelope', () => {
  it('of a success has exactly success, message, data and meta', async () => {
    const { post, clock } = createTestApp();
    const { body } = await post('/register', ACCOUNT);
    expect(Object.keys(body).toSorted()).toEqual(['data', 'message', 'meta', 'success']);
    expect(body.success).toBe(true);
    expect(body.meta.timestamp).toBe(new Date(clock.now()).toISOString());
    expect(body.meta.requestId).toMatch(ULID);
  });

  it('of a failure has exactly success, error, code, statusCode and meta', async () => {
    const { post } = createTestApp();
    const reply = await post('/login', { email: ACCOUNT.email, password: PASSWORD });
    expect(Object.keys(reply.body).toSorted()).toEqual(['code', 'error', 'meta', 'statusCode', 'success']);
    expect(reply.body).toMatchObject({ success: false, code: 'INVALID_CREDENTIALS', statusCode: 401 });
    expect(reply.status).toBe(401);
    expect(Object.keys(reply.body.meta).toSorted()).toEqual(['requestId', 'timestamp']);
  });
});

describe('headers', () => {
  it('forbid storing and sniffing on every response, success or failure, with or without a body', async () => {
    const { auth, post, get, del } = createTestApp();
    const { accessToken } = await loginAs(auth);
    const replies = [
      await get('/me', accessToken),
      await get('/me'),
      await get('/nowhere'),
      await post('/me'),
      await get('/openapi.json'),
      await del('/me', accessToken, { password: PASSWORD }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 401, 404, 405, 200, 204]);
    for (const reply of replies) {
      expect(headerOf(reply, 'Cache-Control')).toBe('no-store');
      expect(headerOf(reply, 'X-Content-Type-Options')).toBe('nosniff');
      expect(headerOf(reply, 'X-Request-Id')).toMatch(ULID);
      expect(headerOf(reply, 'Content-Type')).toBe(reply.text === null ? undefined : 'application/json; charset=utf-8');
    }
  });

  it('let only the key set be cached', async () => {
    const reply = await createTestApp().get('/.well-known/jwks.json');
    expect(headerOf(reply, 'Cache-Control')).toMatch(/^public, max-age=\d+$/);
    expect(reply.text).toBe('{"keys":[]}');
  });

  it.each(['a', 'Az09._-', 'x'.repeat(64)])('repeat the request id %s, in header and body', async (id) => {
    const reply = await createTestApp().send({ path: '/me', headers: { 'x-request-id': id } });
    expect(headerOf(reply, 'X-Request-Id')).toBe(id);
    expect(reply.body.meta.requestId).toBe(id);
  });

  it.each(['', ' ', 'x'.repeat(65), 'a b', 'a\r\nSet-Cookie: b=c', 'ä', 'a/b', '<b>', 'a\n'])(
    'replace the request id %j with a new one',
    async (id) => {
      const reply = await createTestApp().send({ path: '/me', headers: { 'x-request-id': id } });
      expect(headerOf(reply, 'X-Request-Id')).toMatch(ULID);
      expect(reply.body.meta.requestId).toBe(headerOf(reply, 'X-Request-Id'));
    },
  );
});

describe('a 401', () => {
  it('asks for a bearer token if there is none', async () => {
    const reply = await createTestApp().get('/me');
    expect(reply.body.code).toBe('UNAUTHENTICATED');
    expect(headerOf(reply, 'WWW-Authenticate')).toBe('Bearer');
  });

  it.each(['Bearer garbage', 'bearer a.b.c', 'Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'garbage', 'Bearer é'])(
    'says invalid_token to %j',
    async (authorization) => {
      const reply = await createTestApp().send({ path: '/me', headers: { authorization } });
      expect(reply.body.code).toBe('INVALID_TOKEN');
      expect(headerOf(reply, 'WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    },
  );

  it('says insufficient_user_authentication if a password is required, and how to prove it', async () => {
    const { auth, clock, get } = createTestApp();
    const { accessToken } = await loginAs(auth);
    await clock.advance(5 * 60_000 + 1);
    const reply = await get('/me/export', accessToken);
    expect(reply.body.code).toBe('STEP_UP_REQUIRED');
    expect(reply.body.meta.requires).toBe('PASSWORD');
    expect(headerOf(reply, 'WWW-Authenticate')).toBe('Bearer error="insufficient_user_authentication"');
  });

  it('of a login asks for a bearer token, without an error about a token', async () => {
    const reply = await createTestApp().post('/login', { email: ACCOUNT.email, password: PASSWORD }, 'garbage');
    expect(headerOf(reply, 'WWW-Authenticate')).toBe('Bearer');
  });

  it('takes the scheme in any case', async () => {
    const { auth, send } = createTestApp();
    const { accessToken } = await loginAs(auth);
    const reply = await send({ path: '/me', headers: { authorization: `bEARER  ${accessToken}` } });
    expect(reply.status).toBe(200);
  });
});

describe('methods and paths', () => {
  it('get 405 with Allow if the path exists with other methods', async () => {
    const { send } = createTestApp();
    const login = await send({ method: 'GET', path: '/login' });
    expect([login.status, login.body.code, headerOf(login, 'Allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', 'POST']);
    const me = await send({ method: 'OPTIONS', path: '/me' });
    expect((headerOf(me, 'Allow') ?? '').split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PATCH']);
  });

  it.each(['/', '', '/nowhere', '/Login', '/login/x', '//login', '/sessions//', '/me/../login', '/%6cogin'])(
    'get 404 if the path is unknown: %j',
    async (path) => {
      const reply = await createTestApp().send({ method: 'POST', path });
      expect([reply.status, reply.body.code]).toEqual([404, 'NOT_FOUND']);
    },
  );

  it('accept a trailing slash', async () => {
    const { auth, get } = createTestApp();
    const { accessToken } = await loginAs(auth);
    expect((await get('/me/', accessToken)).status).toBe(200);
  });

  it('answer HEAD like GET, with its headers and without a body', async () => {
    const { auth, send, get } = createTestApp({ throttling: { enabled: false } });
    const { accessToken: token } = await loginAs(auth);
    const head = await send({ method: 'HEAD', path: '/me', token, headers: { 'x-request-id': 'one' } });
    const { headers, status } = await send({ path: '/me', token, headers: { 'x-request-id': 'one' } });
    expect(head).toMatchObject({ status, headers, text: null });
    expect((await send({ method: 'HEAD', path: '/me' })).status).toBe((await get('/me')).status);
  });
});

describe('a body', () => {
  it('that is empty counts as {}, with any content type or none, if every key is optional', async () => {
    const { auth, send } = createTestApp();
    for (const headers of [{}, { 'content-type': 'text/plain' }, { 'content-type': 'application/json' }]) {
      const { accessToken: token } = await loginAs(auth);
      expect((await send({ method: 'POST', path: '/logout', token, headers })).status).toBe(200);
    }
  });

  it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"'])(
    'may be of type %s',
    async (type) => {
      const { send } = createTestApp();
      const reply = await send({ method: 'POST', path: '/register', body: ACCOUNT, headers: { 'content-type': type } });
      expect(reply.status).toBe(201);
    },
  );

  it('that is compressed is refused, since its decompressed size is unbounded', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const reply = await createTestApp().send({ method: 'POST', path: '/register', body: ACCOUNT, headers });
    expect(reply.body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('with a Content-Length of more than 16 KiB is refused before it is read', async () => {
    const { auth } = createTestApp();
    const request = toAuthRequest({ method: 'POST', path: '/login', body: {}, headers: { 'content-length': '16385' } });
    const reply = await auth.handle({ ...request, readBody: () => Promise.reject(new Error('it was read')) });
    expect(reply.status).toBe(413);
  });

  it('of exactly 16 KiB is read', async () => {
    const body = new TextEncoder().encode('{}'.padEnd(16 * 1024));
    const reply = await createTestApp().send({ method: 'POST', path: '/login', body });
    expect(reply.body.code).toBe('VALIDATION_FAILED');
  });

  it('is not read from an anonymous caller if a session is required', async () => {
    const { auth } = createTestApp();
    const request = toAuthRequest({ method: 'PATCH', path: '/me', body: { name: 'x' } });
    const reply = await auth.handle({ ...request, readBody: () => Promise.reject(new Error('it was read')) });
    expect(reply.status).toBe(401);
  });

  it('that the host has already parsed is used as it is', async () => {
    const { auth } = createTestApp();
    const request = toAuthRequest({ method: 'POST', path: '/register', body: {} });
    const parsed = await auth.handle({ ...request, readBody: () => Promise.resolve({ kind: 'parsed', value: ACCOUNT }) });
    expect(parsed.status).toBe(201);
    const list = await auth.handle({ ...request, readBody: () => Promise.resolve({ kind: 'parsed', value: [] }) });
    expect(JSON.parse((await textOf(list)) ?? '')).toMatchObject({ code: 'MALFORMED_JSON' });
  });

  it('that cannot be read is a fault of the host, which only the log describes', async () => {
    const { auth, log } = createTestApp();
    const request = toAuthRequest({ method: 'POST', path: '/login', body: {} });
    const reply = await auth.handle({ ...request, readBody: () => Promise.reject(new Error('socket hang up')) });
    expect(JSON.parse((await textOf(reply)) ?? '')).toMatchObject({ code: 'INTERNAL', statusCode: 500, error: 'Something went wrong' });
    expect(log.find(({ level }) => level === 'error')?.fields).toMatchObject({ authCode: 'INTERNAL', error: 'Error' });
  });
});

describe('the main path, with the auth block at each step', () => {
  it('registers without a session', async () => {
    const { status, body } = await createTestApp().post('/register', { ...ACCOUNT, username: 'Ada', email: ' Ada@EXAMPLE.com' });
    expect(status).toBe(201);
    expect(body.meta.status).toBe(true);
    expect(body.data.auth).toEqual({ hasAccessToken: false, enable: false, status: 'REGISTERED', verified: false });
    expect(body.data.user).toEqual({
      id: expect.stringMatching(ULID),
      name: 'Ada Lovelace',
      username: 'ada',
      email: 'ada@example.com',
      emailVerified: false,
      role: 'user',
      twoFactorEnabled: false,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      lastLoginAt: null,
      disabled: false,
    });
    expect(Object.keys(body.data).toSorted()).toEqual(['auth', 'user']);
  });

  it('logs in by email, username or either as identifier, in any spelling', async () => {
    const { post, get } = createTestApp();
    await post('/register', { ...ACCOUNT, username: 'ada.l' });
    for (const name of [{ email: 'ADA@example.com ' }, { username: 'Ada.L' }, { identifier: 'Ada@Example.COM' }, { identifier: 'ADA.L' }]) {
      const { status, body } = await post('/login', { ...name, password: PASSWORD });
      expect(status).toBe(200);
      expect(body.data).toMatchObject({
        tokenType: 'Bearer',
        expiresAt: '2026-01-01T00:10:00.000Z',
        auth: { hasAccessToken: true, enable: false, status: 'BASIC_AUTH', verified: false },
      });
      expect(body.data.refreshToken).toMatch(/^sp_rt_[\w-]+$/);
      expect(body.data.deviceToken).toMatch(/^sp_dt_[\w-]+$/);
      const me = await get('/me', body.data.accessToken);
      expect(me.body.data.user).toMatchObject({ id: body.data.userId, lastLoginAt: '2026-01-01T00:00:00.000Z' });
      expect(me.body.data.session).toMatchObject({ current: true, aal: 1 });
      expect(me.body.data.auth.status).toBe('BASIC_AUTH');
    }
  });

  it.each([{}, { email: 'a@example.com', username: 'ada' }, { username: 'ada', identifier: 'ada' }])(
    'wants exactly one login name, not %j',
    async (names) => {
      const { body } = await createTestApp().post('/login', { ...names, password: PASSWORD });
      expect(body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'email' }] } });
    },
  );

  it('keeps the session through refresh and reauthentication, and ends it at logout', async () => {
    const { post, get, clock } = createTestApp();
    await post('/register', ACCOUNT);
    const login = (await post('/login', { email: ACCOUNT.email, password: PASSWORD })).body.data;
    const sessionId = (await get('/me', login.accessToken)).body.data.session.id;
    await clock.advance(1_000);

    const refresh = await post('/refresh-token', { refreshToken: login.refreshToken });
    expect(refresh.status).toBe(200);
    expect(Object.keys(refresh.body.data).toSorted()).toEqual(['accessToken', 'auth', 'expiresAt', 'refreshToken']);
    expect(refresh.body.data.auth.status).toBe('BASIC_AUTH');
    expect(refresh.body.data.refreshToken).not.toBe(login.refreshToken);
    expect((await get('/me', refresh.body.data.accessToken)).body.data.session.id).toBe(sessionId);

    const again = await post('/reauthenticate', { password: PASSWORD }, refresh.body.data.accessToken);
    expect(again.status).toBe(200);
    expect(Object.keys(again.body.data).toSorted()).toEqual(['accessToken', 'auth', 'expiresAt']);
    expect((await get('/me', again.body.data.accessToken)).body.data.session.id).toBe(sessionId);

    const logout = await post('/logout', {}, again.body.data.accessToken);
    expect(logout.status).toBe(200);
    expect(logout.body.data).toEqual({ auth: { hasAccessToken: false, enable: false, status: 'LOGGED_OUT', verified: false } });
    for (const token of [login, refresh.body.data, again.body.data].map(({ accessToken }) => accessToken)) {
      expect((await get('/me', token)).body.code).toBe('INVALID_TOKEN');
    }
  });

  it('also logs in an administrator by the admin password', async () => {
    const { post, get } = createTestApp();
    expect((await post('/register', { ...ACCOUNT, role: 'admin' })).body.code).toBe('ADMIN_PASSWORD_REQUIRED');
    expect((await post('/register', { ...ACCOUNT, role: 'admin', adminPassword: 'not it' })).status).toBe(403);
    const registered = await post('/register', { ...ACCOUNT, role: 'admin', adminPassword: ADMIN_PASSWORD });
    expect(registered.body.data.user.role).toBe('admin');
    const { status, body } = await post('/admin-login', {
      email: ACCOUNT.email,
      password: PASSWORD,
      adminPassword: ADMIN_PASSWORD,
    });
    expect(status).toBe(201);
    expect(body.data.message).toEqual(expect.any(String));
    expect(body.data.auth.status).toBe('BASIC_AUTH');
    expect((await get('/me', body.data.accessToken)).body.data.user.role).toBe('admin');
  });

  it('gives the same response to every failed admin login', async () => {
    const { post } = createTestApp();
    await post('/register', { ...ACCOUNT, role: 'admin', adminPassword: ADMIN_PASSWORD });
    await post('/register', { ...ACCOUNT, email: 'user@example.com' });
    const right = { email: ACCOUNT.email, password: PASSWORD, adminPassword: ADMIN_PASSWORD };
    const answers = [
      await post('/admin-login', { ...right, email: 'user@example.com' }),
      await post('/admin-login', { ...right, email: 'nobody@example.com' }),
      await post('/admin-login', { ...right, password: 'wrong' }),
      await post('/admin-login', { ...right, adminPassword: 'wrong' }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.code, body.error]).toEqual([401, 'INVALID_CREDENTIALS', 'Invalid credentials']);
    }
  });

  it('refuses taken names, and unknown roles', async () => {
    const { post } = createTestApp();
    await post('/register', { ...ACCOUNT, username: 'ada' });
    const email = await post('/register', { ...ACCOUNT, email: 'ADA@EXAMPLE.COM' });
    expect([email.status, email.body.code]).toEqual([409, 'EMAIL_TAKEN']);
    const username = await post('/register', { ...ACCOUNT, email: 'b@example.com', username: 'ADA' });
    expect([username.status, username.body.code]).toEqual([409, 'USERNAME_TAKEN']);
    const role = await post('/register', { ...ACCOUNT, email: 'b@example.com', role: 'god', adminPassword: ADMIN_PASSWORD });
    expect(role.body).toMatchObject({ code: 'VALIDATION_FAILED', meta: { issues: [{ path: 'role' }] } });
  });

  it('refuses to register if registration is off, or if no admin password is configured', async () => {
    const off = createTestApp({ registration: { enabled: false } });
    expect((await off.post('/register', ACCOUNT)).body.code).toBe('FORBIDDEN');
    const without = createTestApp({ registration: { adminPassword: undefined } });
    expect((await without.post('/register', { ...ACCOUNT, role: 'admin', adminPassword: '' })).status).toBe(400);
    expect((await without.post('/register', { ...ACCOUNT, role: 'admin', adminPassword: 'undefined' })).status).toBe(403);
  });

  it('changes name and username, and finds the user by the new one', async () => {
    const { auth, send, post, get } = createTestApp();
    const { accessToken: token } = await loginAs(auth);
    const { body } = await send({ method: 'PATCH', path: '/me', token, body: { name: ' Ada K. ', username: 'Countess' } });
    expect(body.data.user).toMatchObject({ name: 'Ada K.', username: 'countess' });
    expect((await get('/me', token)).body.data.user.name).toBe('Ada K.');
    expect((await post('/login', { username: 'countess', password: PASSWORD })).status).toBe(200);
    await post('/register', { ...ACCOUNT, email: 'b@example.com', username: 'bob' });
    expect((await send({ method: 'PATCH', path: '/me', token, body: { username: 'BOB' } })).body.code).toBe('USERNAME_TAKEN');
  });

  it('deletes the account with its password: 204, and its tokens stop working', async () => {
    const { auth, post, get, del } = createTestApp();
    const { accessToken, refreshToken } = await loginAs(auth);
    expect((await del('/me', accessToken, { password: 'wrong' })).body.code).toBe('INVALID_CREDENTIALS');
    expect(await del('/me', accessToken, { password: PASSWORD })).toMatchObject({ status: 204, text: null });
    expect((await get('/me', accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken })).body.code).toBe('INVALID_REFRESH_TOKEN');
    expect((await post('/login', { email: ACCOUNT.email, password: PASSWORD })).body.code).toBe('INVALID_CREDENTIALS');
  });

  it('keeps the last administrator', async () => {
    const { auth, del } = createTestApp();
    const admin = await loginAs(auth, { role: 'admin' });
    const reply = await del('/me', admin.accessToken, { password: PASSWORD });
    expect([reply.status, reply.body.code]).toEqual([409, 'LAST_ADMIN']);
  });

  it('exports all data about the user, without secrets', async () => {
    const { auth, store, get } = createTestApp();
    const { accessToken, userId, sessionId } = await loginAs(auth, { username: 'ada' });
    const { text } = await get('/me/export', accessToken);
    const { data } = JSON.parse(text ?? '');
    expect(data.user).toMatchObject({ id: userId, email: ACCOUNT.email, username: 'ada', phone: null });
    expect(data.sessions).toMatchObject([{ id: sessionId, current: true }]);
    expect(data.devices).toMatchObject([{ current: true }]);
    expect(data.events.map(({ type }: { type: string }) => type).filter((type: string) => !type.startsWith('message.'))).toEqual([
      'login.succeeded',
      'account.registered',
    ]);
    const user = await store.users.find(userId);
    const session = await store.sessions.find(sessionId);
    const [device] = await store.devices.list(userId);
    for (const secret of [user?.passwordHash, session?.refreshSalt, device?.secretHash]) {
      expect(secret).toEqual(expect.any(String));
      expect(text).not.toContain(secret);
    }
  });
});

describe('health', () => {
  it('is reported in the envelope, with a status for load balancers', async () => {
    const { auth, get } = createTestApp();
    const well = await get('/health');
    expect(well.status).toBe(200);
    expect(well.body.data).toMatchObject({
      status: 'healthy',
      database: { status: 'connected' },
      memory: { used: expect.stringMatching(/^\d+MB$/), total: expect.stringMatching(/^\d+MB$/) },
    });
    await auth.close();
    const ill = await get('/health');
    expect([ill.status, ill.body.code]).toEqual([503, 'STORE_UNAVAILABLE']);
    expect(ill.body.data).toMatchObject({ status: 'unhealthy', database: { status: 'unreachable' } });
  });

  it('does not wait for a database that does not answer', async () => {
    const world = createTestApp();
    const silent = createTestApp({ clock: world.clock, store: { ...world.store, ping: () => new Promise<never>(() => undefined) } });
    const waiting = silent.get('/health');
    await yieldToEventLoop();
    await world.clock.advance(2_000);
    expect((await waiting).status).toBe(503);
  });
});
