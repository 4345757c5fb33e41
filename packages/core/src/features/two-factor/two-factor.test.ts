import { describe, expect, it } from 'vitest';
import type { AuthConfig } from '../../auth-config.js';
import { createAuth } from '../../create-auth.js';
import { aOneTimeToken } from '../../testing/builders.js';
import { inbox } from '../../testing/inbox.js';
import { loginAs } from '../../testing/login-as.js';
import { totp } from '../../testing/totp.js';
import { createTestApp, PASSWORD, sender, stateOf } from '../../test-kit/test-app.js';
import type { Reply, TestApp } from '../../test-kit/test-app.js';
import { guessCounters } from './begin-factor-attempt.js';

const EMAIL = 'ada@example.com';
const STEP_MS = 30_000;
const MINUTE_MS = 60_000;
const PHONE = '+14155550123';

type Options = Omit<Partial<AuthConfig>, 'store' | 'clock'>;

interface Enrolled extends TestApp {
  readonly mail: ReturnType<typeof inbox>;
  readonly secret: string;
  readonly backupCodes: readonly string[];
  /** The access token of the session that turned two-factor on. */
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly userId: string;
  /** The code of the next, unused time step. */
  readonly nextCode: () => string;
  readonly login: (extra?: object) => Promise<Reply>;
}

function world(options: Options = {}): TestApp & { readonly mail: ReturnType<typeof inbox> } {
  const mail = inbox();
  return { ...createTestApp({ notifier: mail, ...options }), mail };
}

/** A test app whose only user has an authenticator app. */
async function enrolled(options: Options = {}): Promise<Enrolled> {
  const made = world(options);
  const { auth, post, clock } = made;
  const { accessToken, refreshToken, userId } = await loginAs(auth, { email: EMAIL });
  const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
  const { backupCodes } = (await post('/2fa/enable', { token: totp(secret, clock) }, accessToken)).body.data;
  const nextCode = (): string => {
    clock.set(clock.now() + STEP_MS);
    return totp(secret, clock);
  };
  const login = (extra: object = {}): Promise<Reply> => post('/login', { email: EMAIL, password: PASSWORD, ...extra });
  return { ...made, secret, backupCodes, accessToken, refreshToken, userId, nextCode, login };
}

async function fullLogin({ login, post, nextCode }: Enrolled, extra: object = {}): Promise<Reply> {
  const { challengeToken } = (await login()).body.data;
  return post('/2fa/verify', { token: nextCode(), challengeToken, ...extra });
}

describe('the auth block', () => {
  it('is correct at every step from registration to turning two-factor off', async () => {
    const { post, get, clock } = world();
    const seen: [string, string, boolean, boolean, boolean][] = [];
    const note = (step: string, { body }: Reply): Reply['body']['data'] => {
      const { status, enable, verified, hasAccessToken } = body.data.auth;
      seen.push([step, status, enable, verified, hasAccessToken]);
      return body.data;
    };
    note('register', await post('/register', { email: EMAIL, password: PASSWORD, name: 'Ada' }));
    const { accessToken } = note('login', await post('/login', { email: EMAIL, password: PASSWORD }));
    const { secret } = note('setup', await post('/2fa/setup', {}, accessToken));
    note('enable', await post('/2fa/enable', { token: totp(secret, clock) }, accessToken));
    note('me', await get('/me', accessToken));
    clock.set(clock.now() + STEP_MS);
    const stepped = note('verify', await post('/2fa/verify', { token: totp(secret, clock) }, accessToken));
    note('logout', await post('/logout', {}, stepped.accessToken));
    const { challengeToken } = note('login again', await post('/login', { email: EMAIL, password: PASSWORD }));
    clock.set(clock.now() + STEP_MS);
    const full = note('verify challenge', await post('/2fa/verify', { token: totp(secret, clock), challengeToken }));
    note('refresh', await post('/refresh-token', { refreshToken: full.refreshToken }));
    clock.set(clock.now() + STEP_MS);
    note('disable', await post('/2fa/disable', { token: totp(secret, clock) }, full.accessToken));
    note('me at last', await get('/me', full.accessToken));
    expect(seen).toEqual([
      ['register', 'REGISTERED', false, false, false],
      ['login', 'BASIC_AUTH', false, false, true],
      ['setup', 'NEEDS_SETUP', false, false, true],
      ['enable', 'PENDING_VERIFICATION', true, false, true],
      ['me', 'PENDING_VERIFICATION', true, false, true],
      ['verify', 'FULL_AUTH', true, true, true],
      ['logout', 'LOGGED_OUT', false, false, false],
      ['login again', 'PENDING_VERIFICATION', true, false, false],
      ['verify challenge', 'FULL_AUTH', true, true, true],
      ['refresh', 'FULL_AUTH', true, true, true],
      ['disable', 'BASIC_AUTH', false, false, true],
      ['me at last', 'BASIC_AUTH', false, false, true],
    ]);
  });
});

it('says where a page goes on once the second factor is passed, and once it is off', async () => {
  const app = await enrolled();
  const verified = await fullLogin(app);
  expect(verified.body.meta).toMatchObject({ redirectTo: '/', recommendation: expect.any(String) });
  const { challengeToken } = (await app.login()).body.data;
  const byBackup = await app.post('/2fa/verify-backup', { code: app.backupCodes[0], challengeToken });
  expect([byBackup.status, byBackup.body.meta]).toMatchObject([200, { redirectTo: '/' }]);
  const off = await app.post('/2fa/disable', { token: app.nextCode() }, verified.body.data.accessToken);
  expect([off.status, off.body.meta]).toMatchObject([200, { redirectTo: '/login' }]);
});

describe('set-up', () => {
  it('returns the secret, its URI, its QR code and the next step', async () => {
    const { auth, post } = world({ appName: 'Example App' });
    const { accessToken } = await loginAs(auth);
    const { status, body } = await post('/2fa/setup', {}, accessToken);
    expect(status).toBe(200);
    expect(body.data.qrCode).toMatch(/^data:image\/png;base64,/);
    expect(body.data.otpauthUrl).toContain(`secret=${body.data.secret}`);
    expect(body.data.otpauthUrl).toContain('issuer=Example%20App');
    expect(body.meta).toMatchObject({ redirectTo: '/auth/2fa/enable' });
  });

  it('M6: never overwrites a confirmed factor', async () => {
    const { store, post, accessToken, nextCode } = await enrolled();
    const { accessToken: fresh } = (await post('/2fa/verify', { token: nextCode() }, accessToken)).body.data;
    const before = stateOf(store)['factors'];
    const reply = await post('/2fa/setup', {}, fresh);
    expect([reply.status, reply.body.code]).toEqual([400, 'TWO_FACTOR_ALREADY_ENABLED']);
    expect(stateOf(store)['factors']).toEqual(before);
  });

  it('M6: belongs to the session that began it, and expires after ten minutes', async () => {
    const { auth, post, clock } = world();
    const first = await loginAs(auth);
    const other = await loginAs(auth);
    const { secret } = (await post('/2fa/setup', {}, first.accessToken)).body.data;
    const enable = (token: string): Promise<Reply> => post('/2fa/enable', { token: totp(secret, clock) }, token);
    expect((await enable(other.accessToken)).body.code).toBe('TWO_FACTOR_NOT_PENDING');
    clock.set(clock.now() + 9 * MINUTE_MS + 59_000);
    const { accessToken } = (await post('/refresh-token', { refreshToken: first.refreshToken })).body.data;
    clock.set(clock.now() + 2_000);
    expect((await enable(accessToken)).body.code).toBe('TWO_FACTOR_NOT_PENDING');
  });

  it('M6: requires a recent session, and at aal 2 if a factor is on', async () => {
    const { auth, post, clock } = world();
    const { accessToken } = await loginAs(auth);
    clock.set(clock.now() + 5 * MINUTE_MS + 1);
    const stale = await post('/2fa/setup', {}, accessToken);
    expect([stale.status, stale.body.code, stale.body.meta.requires]).toEqual([401, 'STEP_UP_REQUIRED', 'PASSWORD']);
    const { accessToken: pending, post: send } = await enrolled();
    const unverified = await send('/2fa/setup', { method: 'email' }, pending);
    expect([unverified.body.code, unverified.body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'SECOND_FACTOR']);
  });

  it('M7: turning two-factor on ends the other sessions at once, but not this one', async () => {
    const { auth, post, get, clock } = world();
    const other = await loginAs(auth);
    const { accessToken } = await loginAs(auth);
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    expect((await get('/me', other.accessToken)).status).toBe(200);
    await post('/2fa/enable', { token: totp(secret, clock) }, accessToken);
    expect((await get('/me', other.accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: other.refreshToken })).body.code).toBe('SESSION_EXPIRED');
    expect((await get('/me', accessToken)).status).toBe(200);
  });

  it('refuses a method whose channel the notifier lacks, and does not offer it', async () => {
    const { auth, post } = createTestApp({ notifier: { channels: ['email'], send: () => Promise.resolve() } });
    const { accessToken } = await loginAs(auth);
    const reply = await post('/2fa/setup', { method: 'sms', phone: PHONE }, accessToken);
    expect(reply.body.meta.issues).toEqual([{ path: 'method', message: 'is not offered by this application' }]);
  });

  it('M6: from before another factor was on cannot be confirmed without that factor', async () => {
    const { auth, post, clock, mail, store } = world();
    const { accessToken, userId } = await loginAs(auth, { email: EMAIL });
    await post('/2fa/setup', { method: 'sms', phone: PHONE }, accessToken);
    const code = (await mail.next('two-factor-code')).data.code;
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    expect((await post('/2fa/enable', { token: totp(secret, clock) }, accessToken)).status).toBe(200);
    expect((await post('/2fa/enable', { token: code }, accessToken)).body.code).toBe('TWO_FACTOR_NOT_PENDING');
    const [setUp] = (await store.factors.list(userId)).filter(({ confirmedAt }) => confirmedAt === null);
    await store.oneTimeTokens.insert(aOneTimeToken({ userId, purpose: 'factor-setup', subjectId: setUp?.id ?? '', expiresAt: clock.now() + 1 }));
    const { body } = await post('/2fa/enable', { token: code }, accessToken);
    expect([body.code, body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'SECOND_FACTOR']);
  });

  it('M6: is void if the tokens of the account are voided', async () => {
    const { auth, post, clock, store } = world();
    const { accessToken, userId } = await loginAs(auth, { email: EMAIL });
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    expect(await store.oneTimeTokens.voidAll(userId, ['factor-setup'], clock.now())).toBe(1);
    expect((await post('/2fa/enable', { token: totp(secret, clock) }, accessToken)).body.code).toBe('TWO_FACTOR_NOT_PENDING');
  });

  it('R1: turning two-factor on voids links that were mailed before', async () => {
    const { auth, post, clock, mail } = world();
    const { accessToken } = await loginAs(auth, { email: EMAIL });
    await post('/password/request', { email: EMAIL });
    const { token } = (await mail.next('password-reset')).data;
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    await post('/2fa/enable', { token: totp(secret, clock) }, accessToken);
    const reset = await post('/password/reset', { token, newPassword: 'a battery of correct horses' });
    expect(reset.body.code).toBe('INVALID_RESET_TOKEN');
  });

  it('answers 403 to another user id', async () => {
    const { accessToken, post } = await enrolled();
    const foreign = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    expect((await post('/2fa/enable', { token: '123456', userId: foreign }, accessToken)).body.code).toBe('FORBIDDEN');
    expect((await post('/2fa/verify', { token: '123456', userId: foreign }, accessToken)).body.code).toBe('FORBIDDEN');
  });
});

describe('the login', () => {
  it.each([
    ['https://example.com/api', '/api/auth'],
    ['https://example.com/accounts/auth', '/accounts/auth'],
  ])('names the public path below the proxy of %s', async (baseUrl, mount) => {
    const { login, auth } = await enrolled({ baseUrl });
    expect((await login()).body.meta).toMatchObject({ redirectTo: `${mount}/2fa/verify` });
    const described = await auth.fetch(new Request('https://example.com/auth/openapi.json'), { ip: null });
    expect(await described.json()).toMatchObject({ servers: [{ url: mount }] });
  });

  it('L4: returns a challenge and no other token, by any login method', async () => {
    const { login, post, store, refreshToken, clock } = await enrolled();
    const sessions = store.dump()['sessions'];
    const { body } = await login();
    expect(Object.keys(body.data).toSorted()).toEqual(['auth', 'challengeToken', 'codeSent', 'expiresAt', 'methods', 'userId']);
    expect([body.data.methods, body.data.codeSent]).toEqual([['totp'], false]);
    expect(body.meta).toMatchObject({ redirectTo: '/auth/2fa/verify' });
    expect(store.dump()['sessions']).toEqual(sessions);
    // A refresh keeps the assurance level and does not raise it.
    clock.set(clock.now() + 1);
    const refreshed = await post('/refresh-token', { refreshToken });
    expect(refreshed.body.data.auth.status).toBe('PENDING_VERIFICATION');
  });

  it('L4: an administrator gets a challenge from the admin login too', async () => {
    const { post, clock } = world();
    const adminPassword = 'the admin password of tests';
    const account = { email: EMAIL, password: PASSWORD, name: 'Ada', role: 'admin', adminPassword };
    await post('/register', account);
    const door = { email: EMAIL, password: PASSWORD, adminPassword };
    const { accessToken } = (await post('/admin-login', door)).body.data;
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    await post('/2fa/enable', { token: totp(secret, clock) }, accessToken);
    const { status, body } = await post('/admin-login', door);
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ auth: { status: 'PENDING_VERIFICATION' }, message: 'Second factor required' });
    expect(body.data.accessToken).toBeUndefined();
  });

  it('continues with the challenge token in the header or in the body', async () => {
    const { login, post, nextCode } = await enrolled();
    const first = (await login()).body.data.challengeToken;
    expect((await post('/2fa/verify', { token: nextCode() }, first)).status).toBe(200);
    const second = (await login()).body.data.challengeToken;
    const { body } = await post('/2fa/verify', { token: nextCode(), challengeToken: second });
    expect(body.data).toMatchObject({ tokenType: 'Bearer', user: { email: EMAIL }, auth: { status: 'FULL_AUTH' } });
    expect(body.meta).toHaveProperty('recommendation');
  });

  it('T2: a challenge token is accepted nowhere else, and nothing else is accepted as one', async () => {
    const { login, get, post, accessToken, refreshToken, nextCode } = await enrolled();
    const { challengeToken } = (await login()).body.data;
    expect((await get('/me', challengeToken)).body.code).toBe('INVALID_TOKEN');
    expect((await post('/refresh-token', { refreshToken: challengeToken })).body.code).toBe('INVALID_REFRESH_TOKEN');
    expect((await post('/2fa/setup', {}, challengeToken)).body.code).toBe('INVALID_TOKEN');
    for (const wrong of [accessToken, refreshToken, `${challengeToken}x`, 'sp_ct_AAAA']) {
      expect((await post('/2fa/verify', { token: '123456', challengeToken: wrong })).body.code).toMatch(/INVALID_TOKEN|VALIDATION_FAILED/);
    }
    expect((await post('/2fa/verify', { token: nextCode(), challengeToken })).status).toBe(200);
    expect((await post('/2fa/verify', { token: nextCode(), challengeToken })).body.code).toBe('INVALID_TOKEN');
  });

  it('a challenge expires after ten minutes', async () => {
    const { login, post, nextCode, clock } = await enrolled();
    const { challengeToken } = (await login()).body.data;
    clock.set(clock.now() + 10 * MINUTE_MS);
    expect((await post('/2fa/verify', { token: nextCode(), challengeToken })).body.code).toBe('INVALID_TOKEN');
  });
});

describe('codes', () => {
  it('M1: the code that turned two-factor on is used up, like every code after one use', async () => {
    const { post, secret, clock, login, accessToken, nextCode } = await enrolled();
    expect((await post('/2fa/verify', { token: totp(secret, clock) }, accessToken)).body.code).toBe('INVALID_TWO_FACTOR_CODE');
    const code = nextCode();
    const { challengeToken: a } = (await login()).body.data;
    const { challengeToken: b } = (await login()).body.data;
    expect((await post('/2fa/verify', { token: code, challengeToken: a })).status).toBe(200);
    expect((await post('/2fa/verify', { token: code, challengeToken: b })).body.code).toBe('INVALID_TWO_FACTOR_CODE');
  });

  it('M1: after a step was accepted, an older one is refused even if it is in the window', async () => {
    const { post, secret, clock, accessToken } = await enrolled();
    const older = totp(secret, { now: () => clock.now() + STEP_MS });
    const newer = totp(secret, { now: () => clock.now() + 2 * STEP_MS });
    clock.set(clock.now() + 2 * STEP_MS);
    expect((await post('/2fa/verify', { token: newer }, accessToken)).status).toBe(200);
    expect((await post('/2fa/verify', { token: older }, accessToken)).body.code).toBe('INVALID_TWO_FACTOR_CODE');
  });

  it('M1: one code sent 20 times concurrently is accepted once', async () => {
    const made = await enrolled();
    const challenges: string[] = [];
    for (let n = 0; n < 4; n += 1) challenges.push((await made.login()).body.data.challengeToken);
    const token = made.nextCode();
    const replies = await Promise.all(
      challenges.map((challengeToken) => made.post('/2fa/verify', { token, challengeToken })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('M2: the secret is not in the store in plain text, and can be opened for its own user only', async () => {
    const { store, secret } = await enrolled();
    expect(JSON.stringify(store.dump())).not.toContain(secret);
  });

  it('M4: after five failures even the correct code is refused for 15 minutes', async () => {
    const { post, accessToken, refreshToken, nextCode, clock } = await enrolled();
    for (let n = 0; n < 5; n += 1) {
      expect((await post('/2fa/verify', { token: '000000' }, accessToken)).body.code).toBe('INVALID_TWO_FACTOR_CODE');
    }
    const paused = await post('/2fa/verify', { token: nextCode() }, accessToken);
    expect([paused.status, paused.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(paused.body.meta.retryAfter).toBe(15 * 60 - 30);
    clock.set(clock.now() + 15 * MINUTE_MS);
    const { accessToken: fresh } = (await post('/refresh-token', { refreshToken })).body.data;
    expect((await post('/2fa/verify', { token: nextCode() }, fresh)).status).toBe(200);
  });

  it('M4: 25 failures in 30 days stop every factor until a backup code is used, which is always accepted', async () => {
    const { login, post, backupCodes, clock, nextCode } = await enrolled();
    for (let n = 0; n < 25; n += 1) {
      const { challengeToken } = (await login()).body.data;
      expect((await post('/2fa/verify', { token: '000000', challengeToken })).status).toBe(400);
      clock.set(clock.now() + 4 * MINUTE_MS);
    }
    clock.set(clock.now() + 60 * 24 * 60 * MINUTE_MS);
    const { challengeToken } = (await login()).body.data;
    const stopped = await post('/2fa/verify', { token: nextCode(), challengeToken });
    expect([stopped.status, stopped.body.meta.retryAfter]).toEqual([429, undefined]);
    const wrong = await post('/2fa/verify-backup', { code: 'AAAA-AAAA-AAAA-AAAA', challengeToken });
    expect(wrong.body.code).toBe('INVALID_TWO_FACTOR_CODE');
    expect((await post('/2fa/verify-backup', { code: backupCodes[0], challengeToken })).status).toBe(200);
    const again = (await login()).body.data.challengeToken;
    expect((await post('/2fa/verify', { token: nextCode(), challengeToken: again })).status).toBe(200);
  });

  it('M4: a correct code does not reset the count of failures', async () => {
    const { post, accessToken, nextCode, clock } = await enrolled();
    for (let n = 0; n < 4; n += 1) await post('/2fa/verify', { token: '000000' }, accessToken);
    const { accessToken: passed } = (await post('/2fa/verify', { token: nextCode() }, accessToken)).body.data;
    expect((await post('/2fa/verify', { token: '000000' }, passed)).status).toBe(400);
    expect((await post('/2fa/verify', { token: '000000' }, passed)).status).toBe(429);
    clock.set(clock.now() + 1);
  });

  it('M10: a secret that cannot be opened is a server fault, and counts no attempt', async () => {
    const { nextCode, config, log, userId, store, login } = await enrolled();
    const send = sender(createAuth({ ...config, secret: 'another secret than the one that sealed the factor' }));
    const { challengeToken } = (await send({ method: 'POST', path: '/login', body: { email: EMAIL, password: PASSWORD } })).body.data;
    const reply = await send({ method: 'POST', path: '/2fa/verify', body: { token: nextCode(), challengeToken } });
    expect([reply.status, reply.body.code]).toEqual([500, 'INTERNAL']);
    expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining('cannot be opened'));
    expect(await store.counters.count(guessCounters(userId).failures, 0)).toBe(0);
    expect((await login()).status).toBe(200);
  });

  it('M10: a backup code under another secret is a server fault, and works once that secret is configured again', async () => {
    const { backupCodes, config, clock, log, userId, store, post, login } = await enrolled();
    const { challengeToken } = (await login()).body.data;
    await clock.advance(1_000);
    const body = { code: backupCodes[0], challengeToken };
    const send = sender(createAuth({ ...config, secret: 'another secret than the one that hashed the codes' }));
    const reply = await send({ method: 'POST', path: '/2fa/verify-backup', body });
    expect([reply.status, reply.body.code]).toEqual([500, 'INTERNAL']);
    expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining('a backup code cannot be checked'));
    expect((await post('/2fa/verify-backup', body)).status).toBe(200);
    expect(await store.counters.count(guessCounters(userId).failures, 0)).toBe(0);
  });

  it('M4: concurrent attempts are each counted', async () => {
    const { post, accessToken } = await enrolled();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => post('/2fa/verify', { token: '000000' }, accessToken)),
    );
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(5);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(15);
  });
});

describe('codes by SMS and email', () => {
  it('M10: a code under another secret is a server fault: neither account nor code counts an attempt', async () => {
    const { auth, post, mail, config, store, log } = world();
    const { accessToken, userId } = await loginAs(auth, { email: EMAIL });
    await post('/2fa/setup', { method: 'email' }, accessToken);
    await post('/2fa/enable', { token: (await mail.next('two-factor-code')).data.code }, accessToken);
    config.clock.set(config.clock.now() + MINUTE_MS);
    const { challengeToken } = (await post('/login', { email: EMAIL, password: PASSWORD })).body.data;
    const { code: token } = (await mail.next('two-factor-code')).data;
    const send = sender(createAuth({ ...config, secret: 'another secret than the one that hashed the code' }));
    for (let n = 0; n < 6; n += 1) {
      const reply = await send({ method: 'POST', path: '/2fa/verify', body: { token, challengeToken } });
      expect([reply.status, reply.body.code]).toEqual([500, 'INTERNAL']);
    }
    expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining('a code that was sent cannot be checked'));
    expect(await store.counters.count(guessCounters(userId).failures, 0)).toBe(0);
    expect((await post('/2fa/verify', { token, challengeToken })).status).toBe(200);
  });

  /** A user whose only factor is a phone, and the time when another SMS may be sent. */
  async function withPhone(): Promise<TestApp & { readonly mail: ReturnType<typeof inbox>; readonly accessToken: string }> {
    const made = world();
    const { accessToken } = await loginAs(made.auth, { email: EMAIL });
    const reply = await made.post('/2fa/setup', { method: 'sms', phone: '+1 (415) 555-0123' }, accessToken);
    expect(reply.body.data.destination).toBe('+1********23');
    const token = await codeOf(made.mail);
    expect((await made.post('/2fa/enable', { token }, accessToken)).status).toBe(200);
    made.clock.set(made.clock.now() + MINUTE_MS);
    return { ...made, accessToken };
  }

  async function codeOf(mail: ReturnType<typeof inbox>): Promise<string> {
    const message = await mail.next('two-factor-code');
    return message.data.code ?? '';
  }

  it('M3: are sent with the challenge, work once, and have six digits', async () => {
    const { post, mail, store } = await withPhone();
    const login = await post('/login', { email: EMAIL, password: PASSWORD });
    const { challengeToken, methods } = login.body.data;
    const token = await codeOf(mail);
    expect(methods).toEqual(['sms']);
    expect(token).toMatch(/^[0-9]{6}$/);
    expect(mail.last('two-factor-code')?.to).toBe(PHONE);
    expect(JSON.stringify(store.dump())).not.toContain(`"${token}"`);
    expect((await post('/2fa/verify', { token, challengeToken })).body.data.auth.status).toBe('FULL_AUTH');
    expect((await post('/2fa/verify', { token, challengeToken })).body.code).toBe('INVALID_TOKEN');
  });

  it('M3: are valid for five minutes, and for their own challenge only', async () => {
    const { post, mail, clock } = await withPhone();
    const first = (await post('/login', { email: EMAIL, password: PASSWORD })).body.data.challengeToken;
    const token = await codeOf(mail);
    const second = (await post('/login', { email: EMAIL, password: PASSWORD })).body.data.challengeToken;
    expect((await post('/2fa/verify', { token, method: 'sms', challengeToken: second })).body.code).toBe('INVALID_TWO_FACTOR_CODE');
    clock.set(clock.now() + 5 * MINUTE_MS);
    expect((await post('/2fa/verify', { token, method: 'sms', challengeToken: first })).body.code).toBe('INVALID_TWO_FACTOR_CODE');
  });

  it('M3: have five attempts per challenge, counted before comparing, and not reset by sending again', async () => {
    const { post, mail, clock, store } = await withPhone();
    const { challengeToken } = (await post('/login', { email: EMAIL, password: PASSWORD })).body.data;
    await codeOf(mail);
    const id = Buffer.from(challengeToken.slice('sp_ct_'.length), 'base64url').toString('latin1', 0, 26);
    expect((await post('/2fa/verify', { token: '000000', method: 'sms', challengeToken })).status).toBe(400);
    expect((await store.oneTimeTokens.find(id))?.attempts).toBe(1);
    // The other four attempts, without the pause of the account, which would come first.
    for (let n = 0; n < 4; n += 1) await store.oneTimeTokens.takeAttempt(id, 5, clock.now());
    clock.set(clock.now() + MINUTE_MS);
    expect((await post('/2fa/challenge', { method: 'sms', challengeToken })).status).toBe(200);
    const token = await codeOf(mail);
    expect((await post('/2fa/verify', { token, method: 'sms', challengeToken })).body.code).toBe('INVALID_TWO_FACTOR_CODE');
  });

  it('M8: are sent to a number once a minute, five times an hour, ten times a day', async () => {
    const { post, clock, mail } = await withPhone();
    const sent: number[] = [];
    const start = clock.now();
    const { challengeToken } = (await post('/login', { email: EMAIL, password: PASSWORD })).body.data;
    await codeOf(mail);
    const again = await post('/2fa/challenge', { method: 'sms', challengeToken });
    expect([again.status, again.body.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(again.body.meta.retryAfter).toBe(60);
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      clock.set(start + minute * MINUTE_MS);
      const before = mail.messages.length;
      await post('/login', { email: EMAIL, password: PASSWORD });
      await mail.settled();
      if (mail.messages.length > before) sent.push(minute);
    }
    expect(sent.filter((minute) => minute < 60).length).toBeLessThanOrEqual(5);
    expect(sent.length).toBeLessThanOrEqual(10);
  });

  it('M9: a second login within a minute says that no code was sent, and an attempt at it is not counted', async () => {
    const { post, mail, clock, store } = await withPhone();
    const first = await post('/login', { email: EMAIL, password: PASSWORD });
    const token = await codeOf(mail);
    clock.set(clock.now() + 20_000);
    const second = await post('/login', { email: EMAIL, password: PASSWORD });
    expect([first.body.data.codeSent, first.body.meta.retryAfter]).toEqual([true, undefined]);
    expect([second.body.data.codeSent, second.body.meta.retryAfter]).toEqual([false, 40]);
    expect(second.headers['Retry-After']).toBe('40');
    const { challengeToken } = second.body.data;
    for (let n = 0; n < 10; n += 1) {
      const { status, body } = await post('/2fa/verify', { token: n === 0 ? token : '000000', challengeToken });
      expect([status, body.code]).toEqual([400, 'INVALID_TWO_FACTOR_CODE']);
    }
    expect(await store.counters.count(guessCounters(first.body.data.userId).failures, 0)).toBe(0);
    expect((await post('/2fa/verify', { token, challengeToken: first.body.data.challengeToken })).status).toBe(200);
    clock.set(clock.now() + 40_000);
    expect((await post('/2fa/challenge', { method: 'sms', challengeToken })).status).toBe(200);
    expect((await post('/2fa/verify', { token: await codeOf(mail), challengeToken })).status).toBe(200);
  });

  it('M9: by email are sent to the current address once it is proven', async () => {
    const { auth, post, mail, clock, store } = world();
    const { accessToken, userId } = await loginAs(auth, { email: EMAIL });
    await post('/2fa/setup', { method: 'email' }, accessToken);
    const enabled = await post('/2fa/enable', { token: await codeOf(mail) }, accessToken);
    expect(enabled.status).toBe(200);
    expect((await store.users.find(userId))?.emailVerifiedAt).not.toBeNull();
    const user = await store.users.find(userId);
    await store.users.changeEmail(userId, { email: 'new@example.com', at: clock.now(), securityVersion: user?.securityVersion ?? 0 });
    clock.set(clock.now() + MINUTE_MS);
    const moved = await post('/login', { email: 'new@example.com', password: PASSWORD });
    expect(moved.body.data.codeSent).toBe(true);
    await codeOf(mail);
    expect(mail.last('two-factor-code')?.to).toBe('new@example.com');
    await store.users.update(userId, { email: 'unproven@example.com' }, { at: clock.now(), keepLastOf: 'admin' });
    clock.set(clock.now() + MINUTE_MS);
    const unproven = await post('/login', { email: 'unproven@example.com', password: PASSWORD });
    expect(unproven.body.data.codeSent).toBe(false);
    const { challengeToken } = unproven.body.data;
    const sent = await post('/2fa/challenge', { method: 'email', challengeToken });
    expect(sent.body.meta.issues).toEqual([{ path: 'method', message: 'needs a verified address' }]);
    await mail.settled();
    expect(mail.messages.some(({ to }) => to === 'unproven@example.com')).toBe(false);
  });

  it.each([
    ['+44 (0)20 7946 0018', '+442079460018'],
    ['\u202a+1 (415) 555-0123\u202c', '+14155550123'],
    ['+49 170/1234567', '+491701234567'],
    ['\uff0b１４１５５５５０１２３', '+14155550123'],
  ])('read the number %j as %s', async (phone, number) => {
    const { auth, post, mail } = world();
    const { accessToken } = await loginAs(auth);
    expect((await post('/2fa/setup', { method: 'sms', phone }, accessToken)).status).toBe(200);
    await codeOf(mail);
    expect(mail.last('two-factor-code')?.to).toBe(number);
  });

  it.each([
    ['0049 170 1234567', 'must begin with + instead of 00, such as +14155550123'],
    ['4155550123', 'must be an international number such as +14155550123'],
    ['+1415555', 'must be an international number such as +14155550123'],
    ['+999123456789', 'must be an international number such as +14155550123'],
  ])('refuse the number %j', async (phone, message) => {
    const { auth, post } = world();
    const { accessToken } = await loginAs(auth);
    const { body } = await post('/2fa/setup', { method: 'sms', phone }, accessToken);
    expect([body.code, body.meta.issues]).toEqual(['VALIDATION_FAILED', [{ path: 'phone', message }]]);
  });

  it('M8: are sent only to the countries of twoFactor.smsCountries', async () => {
    const { auth, post } = world({ twoFactor: { smsCountries: ['DE', 'GB'] } });
    const { accessToken } = await loginAs(auth);
    const setUp = async (phone: string) => (await post('/2fa/setup', { method: 'sms', phone }, accessToken)).status;
    expect([await setUp('+14155550123'), await setUp('+491701234567')]).toEqual([400, 200]);
  });

  it("M8: set-ups that name the owner's number do not use up the codes of the owner's logins", async () => {
    const { auth, post, clock } = await withPhone();
    for (let n = 0; n < 12; n += 1) {
      const stranger = await loginAs(auth, { email: `stranger${n}@example.com`, ip: `198.51.100.${n}` });
      await post('/2fa/setup', { method: 'sms', phone: PHONE }, stranger.accessToken);
      clock.set(clock.now() + MINUTE_MS);
    }
    expect((await post('/login', { email: EMAIL, password: PASSWORD })).body.data.codeSent).toBe(true);
  });

  it('M8: can be sent to few numbers by one account, and by one source', async () => {
    const { auth, send, mail } = world({ throttling: { enabled: true, limits: { register: { points: 100, window: '1h' } } } });
    const setUp = (token: string, phone: string, ip: string) =>
      send({ method: 'POST', path: '/2fa/setup', body: { method: 'sms', phone }, token, ip });
    const { accessToken } = await loginAs(auth, { email: EMAIL });
    const byAccount: number[] = [];
    for (let n = 0; n < 5; n += 1) byAccount.push((await setUp(accessToken, `+1415555010${n}`, `198.51.100.${n}`)).status);
    expect(byAccount).toEqual([200, 200, 429, 429, 429]);
    const bySource: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const other = await loginAs(auth, { email: `user${n}@example.com` });
      bySource.push((await setUp(other.accessToken, `+1415555020${n}`, '203.0.113.9')).status);
    }
    expect(bySource).toEqual([200, 200, 200, 200, 200, 429, 429]);
    await mail.settled();
    expect(mail.messages.filter(({ channel }) => channel === 'sms')).toHaveLength(7);
  });

  it('M8: have one limit over all numbers', async () => {
    const { auth, post } = world({ twoFactor: { smsPerHour: 2 } });
    const replies: number[] = [];
    for (const n of [1, 2, 3]) {
      const { accessToken } = await loginAs(auth, { email: `user${n}@example.com` });
      replies.push((await post('/2fa/setup', { method: 'sms', phone: `+1415555010${n}` }, accessToken)).status);
    }
    expect(replies).toEqual([200, 200, 429]);
  });
});

describe('backup codes', () => {
  it('M5: are ten codes of 80 bits each, stored as hashes', async () => {
    const { backupCodes, store } = await enrolled();
    expect(new Set(backupCodes).size).toBe(10);
    for (const code of backupCodes) {
      expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
      expect(JSON.stringify(store.dump())).not.toContain(code.replaceAll('-', ''));
    }
  });

  it('M5: work once each, however they are typed', async () => {
    const { login, post, get, backupCodes, accessToken } = await enrolled();
    const [code = ''] = backupCodes;
    const { challengeToken } = (await login()).body.data;
    const typed = code.toLowerCase().replaceAll('-', ' ');
    expect((await post('/2fa/verify-backup', { code: typed, challengeToken })).body.data.auth.status).toBe('FULL_AUTH');
    const again = (await login()).body.data.challengeToken;
    expect((await post('/2fa/verify-backup', { code, challengeToken: again })).body.code).toBe('INVALID_TWO_FACTOR_CODE');
    expect((await get('/2fa', accessToken)).body.data.backupCodesRemaining).toBe(9);
  });

  it('notify the owner when one is used, and when three are left', async () => {
    const { login, post, backupCodes, mail } = await enrolled();
    for (const code of backupCodes.slice(0, 7)) {
      const { challengeToken } = (await login()).body.data;
      expect((await post('/2fa/verify-backup', { code, challengeToken })).status).toBe(200);
    }
    await mail.settled();
    const notices = mail.messages.map(({ data }) => data['notice']);
    expect(notices.filter((notice) => notice === 'backup-code-used')).toHaveLength(7);
    expect(notices.filter((notice) => notice === 'backup-codes-low')).toHaveLength(1);
  });

  it('are voided by new codes', async () => {
    const made = await enrolled();
    const { accessToken } = (await fullLogin(made)).body.data;
    const { backupCodes } = (await made.post('/2fa/backup-codes', {}, accessToken)).body.data;
    const { challengeToken } = (await made.login()).body.data;
    expect((await made.post('/2fa/verify-backup', { code: made.backupCodes[0], challengeToken })).status).toBe(400);
    expect((await made.post('/2fa/verify-backup', { code: backupCodes[0], challengeToken })).status).toBe(200);
  });
});

describe('stepping up', () => {
  it('keeps the session, raises its level, and rotates its refresh token', async () => {
    const { post, accessToken, refreshToken, nextCode, clock, get } = await enrolled();
    const before = (await get('/me', accessToken)).body.data.session.id;
    const { body } = await post('/2fa/verify', { token: nextCode() }, accessToken);
    const after = (await get('/me', body.data.accessToken)).body.data.session;
    expect([after.id, after.aal]).toEqual([before, 2]);
    clock.set(clock.now() + 30_001);
    expect((await post('/refresh-token', { refreshToken })).body.code).toBe('REFRESH_TOKEN_REUSED');
  });

  it('satisfies STEP_UP_REQUIRED of session+recent', async () => {
    const { post, get, accessToken, nextCode } = await enrolled();
    expect((await get('/me/export', accessToken)).body.meta.requires).toBe('SECOND_FACTOR');
    const { body } = await post('/2fa/verify', { token: nextCode() }, accessToken);
    expect((await get('/me/export', body.data.accessToken)).status).toBe(200);
  });
});

describe('trusted devices', () => {
  it('skip the second factor for 30 days', async () => {
    const made = await enrolled();
    const { deviceToken } = (await fullLogin(made, { trustDevice: true })).body.data;
    const spared = await made.login({ deviceToken });
    expect(spared.body.data).toMatchObject({ accessToken: expect.any(String), auth: { status: 'PENDING_VERIFICATION', verified: false } });
    const claims = await made.auth.verifyAccessToken(spared.body.data.accessToken);
    expect([claims.amr, claims.acr]).toEqual([['pwd'], 'aal1']);
    expect((await made.get('/me', spared.body.data.accessToken)).status).toBe(200);
    expect((await made.login()).body.data.challengeToken).toEqual(expect.any(String));
    expect((await made.login()).body.data.auth.status).toBe('PENDING_VERIFICATION');
    made.clock.set(made.clock.now() + 30 * 24 * 60 * MINUTE_MS);
    expect((await made.login({ deviceToken })).body.data.auth.status).toBe('PENDING_VERIFICATION');
  });

  it('M6: skip the second factor without proving it: managing factors and aal 2 still require it', async () => {
    const made = await enrolled();
    const { deviceToken } = (await fullLogin(made, { trustDevice: true })).body.data;
    const { accessToken } = (await made.login({ deviceToken })).body.data;
    const needed = { code: 'STEP_UP_REQUIRED', requires: 'SECOND_FACTOR' };
    for (const [method, path, body] of [
      ['POST', '/2fa/backup-codes', {}],
      ['POST', '/2fa/setup', { method: 'email' }],
      ['DELETE', '/me', { password: PASSWORD }],
      ['POST', '/email/change', { newEmail: 'thief@example.com', password: PASSWORD }],
      ['GET', '/me/export', undefined],
    ] as const) {
      const { body: reply } = await made.send({ method, path, body, token: accessToken });
      expect([path, { code: reply.code, requires: reply.meta.requires }]).toEqual([path, needed]);
    }
    const header = (name: string): string | undefined => (name === 'authorization' ? `Bearer ${accessToken}` : undefined);
    const guarded = await made.auth.guard({ method: 'GET', header, ip: '192.0.2.1', mount: '' }, made.auth.accessRule({ aal: 2 }));
    expect(guarded).toMatchObject({ kind: 'refused', reply: { status: 401 } });
    const passed = (await made.post('/2fa/verify', { token: made.nextCode() }, accessToken)).body.data;
    expect((await made.post('/2fa/backup-codes', {}, passed.accessToken)).status).toBe(200);
  });

  it('keep their token through the challenge if they are known', async () => {
    const made = await enrolled();
    const { deviceToken } = (await fullLogin(made)).body.data;
    const { challengeToken } = (await made.login({ deviceToken })).body.data;
    const { body } = await made.post('/2fa/verify', { token: made.nextCode(), challengeToken, trustDevice: true });
    expect(body.data.deviceToken).toBe(deviceToken);
    const { devices } = (await made.get('/devices', body.data.accessToken)).body.data;
    expect(devices.filter(({ trustedUntil }) => trustedUntil !== null)).toHaveLength(1);
  });

  it('lose the trust when they are forgotten', async () => {
    const made = await enrolled();
    const { deviceToken, accessToken } = (await fullLogin(made, { trustDevice: true })).body.data;
    const { devices } = (await made.get('/devices', accessToken)).body.data;
    await made.del(`/devices/${devices.find(({ current }) => current)?.id}`, accessToken);
    expect((await made.login({ deviceToken })).body.data.auth.status).toBe('PENDING_VERIFICATION');
  });

  it('M7: lose the trust when the factor is removed', async () => {
    const made = await enrolled();
    const { accessToken, deviceToken } = (await fullLogin(made, { trustDevice: true })).body.data;
    await made.post('/2fa/disable', { token: made.nextCode() }, accessToken);
    const { secret } = (await made.post('/2fa/setup', {}, accessToken)).body.data;
    await made.post('/2fa/enable', { token: totp(secret, made.clock) }, accessToken);
    expect((await made.login({ deviceToken })).body.data.auth.status).toBe('PENDING_VERIFICATION');
  });
});

describe('turning it off', () => {
  it.each(['POST', 'DELETE'] as const)('works by %s, with a code', async (method) => {
    const { send, accessToken, nextCode, get, mail } = await enrolled();
    const reply = await send({ method, path: '/2fa/disable', token: accessToken, body: { token: nextCode() } });
    expect(reply.body.data.auth).toMatchObject({ status: 'BASIC_AUTH', enable: false });
    expect(reply.body.meta).toHaveProperty('securityNote');
    expect((await get('/2fa', accessToken)).body.data).toEqual({
      enabled: false,
      methods: [],
      preferred: null,
      backupCodesRemaining: 0,
    });
    await mail.settled();
    expect(mail.messages.map(({ data }) => data['notice'])).toContain('two-factor-disabled');
  });

  it('works with a backup code', async () => {
    const { post, accessToken, backupCodes } = await enrolled();
    expect((await post('/2fa/disable', { token: backupCodes[0] }, accessToken)).status).toBe(200);
  });

  it('M6: requires the password or a recent session, and a factor as well', async () => {
    const { post, refreshToken, clock, nextCode } = await enrolled();
    clock.set(clock.now() + 6 * MINUTE_MS);
    const { accessToken } = (await post('/refresh-token', { refreshToken })).body.data;
    const stale = await post('/2fa/disable', { token: nextCode() }, accessToken);
    expect([stale.body.code, stale.body.meta.requires]).toEqual(['STEP_UP_REQUIRED', 'PASSWORD']);
    const wrong = await post('/2fa/disable', { token: nextCode(), password: 'not the password' }, accessToken);
    expect(wrong.body.code).toBe('INVALID_CREDENTIALS');
    const noFactor = await post('/2fa/disable', { token: '000000', password: PASSWORD }, accessToken);
    expect(noFactor.body.code).toBe('INVALID_TWO_FACTOR_CODE');
    expect((await post('/2fa/disable', { token: nextCode(), password: PASSWORD }, accessToken)).status).toBe(200);
  });

  it('is 404 if two-factor is not on', async () => {
    const { auth, post } = world();
    const { accessToken } = await loginAs(auth);
    expect((await post('/2fa/disable', { token: '123456' }, accessToken)).body.code).toBe('TWO_FACTOR_NOT_ENABLED');
  });
});

describe('the export', () => {
  it('G2: contains no device token, not even sealed', async () => {
    const made = await enrolled();
    const { accessToken, deviceToken } = (await fullLogin(made)).body.data;
    await made.login({ deviceToken });
    const { text } = await made.get('/me/export', accessToken);
    const tokens: readonly { readonly purpose: string; readonly payload: object }[] = JSON.parse(text ?? '').data.oneTimeTokens;
    const challenges = tokens.filter(({ purpose }) => purpose === 'challenge');
    expect(challenges.length).toBeGreaterThan(0);
    for (const { payload } of challenges) expect(Object.keys(payload)).toEqual(['securityVersion', 'amr']);
  });
});

describe('twoFactor.required', () => {
  it('lets users without a factor set one up, and do nothing else', async () => {
    const { auth, post, get, clock } = world({ twoFactor: { required: 'everyone' } });
    const { accessToken } = await loginAs(auth, { email: EMAIL });
    for (const path of ['/me', '/sessions', '/devices', '/me/export']) {
      expect([path, (await get(path, accessToken)).body.code]).toEqual([path, 'TWO_FACTOR_SETUP_REQUIRED']);
    }
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    const enabled = await post('/2fa/enable', { token: totp(secret, clock) }, accessToken);
    expect(enabled.body.data.auth.status).toBe('PENDING_VERIFICATION');
    expect((await get('/me', accessToken)).status).toBe(200);
  });

  it('applies to auth.authenticate too', async () => {
    const { auth, post, clock } = world({ twoFactor: { required: 'everyone' } });
    const { accessToken } = await loginAs(auth, { email: EMAIL });
    await expect(auth.authenticate(`Bearer ${accessToken}`)).rejects.toMatchObject({ code: 'TWO_FACTOR_SETUP_REQUIRED' });
    const { secret } = (await post('/2fa/setup', {}, accessToken)).body.data;
    await post('/2fa/enable', { token: totp(secret, clock) }, accessToken);
    await expect(auth.authenticate(`Bearer ${accessToken}`)).resolves.toMatchObject({ user: { email: EMAIL } });
  });

  it('for admins does not apply to users', async () => {
    const { post } = world({ twoFactor: { required: 'admins' } });
    const adminPassword = 'the admin password of tests';
    await post('/register', { email: 'user@example.com', password: PASSWORD, name: 'User' });
    await post('/register', { email: EMAIL, password: PASSWORD, name: 'Ada', role: 'admin', adminPassword });
    const user = await post('/login', { email: 'user@example.com', password: PASSWORD });
    const admin = await post('/login', { email: EMAIL, password: PASSWORD });
    expect([user, admin].map(({ body }) => body.data.auth.status)).toEqual(['BASIC_AUTH', 'NEEDS_SETUP']);
  });
});
