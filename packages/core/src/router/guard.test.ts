import { describe, expect, it } from 'vitest';
import { createAuth } from '../create-auth.js';
import type { AccessOptions } from './access-options.js';
import type { AuthReply } from '../model/http-messages.js';
import type { GuardOutcome } from './guard.js';
import { createTestApp, PASSWORD } from '../test-kit/test-app.js';
import type { TestApp } from '../test-kit/test-app.js';
import { failingStore } from '../testing/failing-store.js';
import { loginAs } from '../testing/login-as.js';

const SITE = 'https://app.example';
const ADA = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
const OPENS_PAGE = { 'sec-fetch-mode': 'navigate' };

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly options?: AccessOptions;
}

const ask = async ({ auth }: Pick<TestApp, 'auth'>, { method = 'GET', headers = {}, ip = '192.0.2.1', options = {} }: Asked): Promise<GuardOutcome> =>
  auth.guard({ method, ip, mount: '', header: (name) => headers[name] }, auth.accessRule(options));
/** The guard's own responses are never streamed. */
const codeOf = ({ body }: AuthReply): unknown => (typeof body === 'string' ? JSON.parse(body).code : undefined);
const outcomeOf = (outcome: GuardOutcome): unknown =>
  outcome.kind === 'refused' ? [outcome.reply.status, codeOf(outcome.reply)] : outcome.kind;
const headersOf = (outcome: GuardOutcome): Readonly<Record<string, string | readonly string[]>> =>
  outcome.kind === 'refused' ? outcome.reply.headers : outcome.headers;
const namesSet = (outcome: GuardOutcome): readonly string[] => [headersOf(outcome)['Set-Cookie'] ?? []].flat().map((line) => line.replace(/=([^;]?).*/, '=$1'));

/** Logs Ada in, and returns her browser's cookies by name. */
async function browser(app: TestApp): Promise<Map<string, string>> {
  await app.auth.api.register(ADA);
  const { headers } = await app.send({ method: 'POST', path: '/login', body: { email: ADA.email, password: PASSWORD }, headers: { origin: SITE, 'content-type': 'application/json' } });
  return new Map([headers['Set-Cookie'] ?? []].flat().map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1, line.indexOf(';'))]));
}
const cookieOf = (jar: ReadonlyMap<string, string>, ...names: readonly string[]): Record<string, string> => ({
  cookie: [...jar].filter(([name]) => names.some((end) => name.endsWith(end))).map(([name, value]) => `${name}=${value}`).join('; '),
});
const site = (config: Parameters<typeof createTestApp>[0] = {}): TestApp => createTestApp({ transport: 'cookie', baseUrl: SITE, ...config });

describe('the guard', () => {
  it('L3: limits each source separately, before it looks at tokens', async () => {
    const app = createTestApp({ throttling: { limits: { guard: { points: 3, window: '1m' } } } });
    const { accessToken } = await loginAs(app.auth);
    const headers = { authorization: `Bearer ${accessToken}` };
    for (let n = 0; n < 3; n += 1) expect(outcomeOf(await ask(app, { headers }))).toBe('allowed');
    const events = app.store.dump()['events']?.length;
    const limited = await ask(app, { headers: { authorization: 'Bearer forged' } });
    expect(outcomeOf(limited)).toEqual([429, 'TOO_MANY_REQUESTS']);
    expect(headersOf(limited)).toMatchObject({ 'Retry-After': '20', RateLimit: '"guard";r=0;t=20', 'RateLimit-Policy': '"guard";q=3;w=60' });
    expect(outcomeOf(await ask(app, { headers, ip: '192.0.2.2' }))).toBe('allowed');
    expect(app.store.dump()['events']).toHaveLength(events ?? 0);
    await app.clock.advance(20_000);
    expect(outcomeOf(await ask(app, { headers }))).toBe('allowed');
  });

  it('S6: answers synchronously from its caches until the session ends', async () => {
    const app = createTestApp();
    const { accessToken } = await loginAs(app.auth);
    const head = { method: 'GET', ip: '192.0.2.1', mount: '', header: (name: string) => (name === 'authorization' ? `Bearer ${accessToken}` : undefined) };
    const first = app.auth.guard(head);
    expect(first).toBeInstanceOf(Promise);
    const outcome = await first;
    expect(outcome.kind).toBe('allowed');
    // The outcome itself, not a promise of it.
    expect(app.auth.guard(head)).toEqual(outcome);
    expect(app.auth.guard(head, app.auth.accessRule({ roles: ['admin'] }))).toBeInstanceOf(Promise);
    await app.auth.api.logout({}, { accessToken });
    expect(app.auth.guard(head)).toBeInstanceOf(Promise);
    expect(outcomeOf(await app.auth.guard(head))).toEqual([401, 'INVALID_TOKEN']);
  });

  it('admits anonymous callers if a session is optional, and distinguishes them from users', async () => {
    const app = createTestApp();
    const { accessToken } = await loginAs(app.auth);
    const options = { optional: true };
    expect(outcomeOf(await ask(app, { options }))).toBe('anonymous');
    expect(outcomeOf(await ask(app, { options, method: 'POST' }))).toBe('anonymous');
    expect(outcomeOf(await ask(app, { options, headers: { authorization: `Bearer ${accessToken}` } }))).toBe('allowed');
    expect(outcomeOf(await ask(app, { options, headers: { authorization: 'Bearer expired' } }))).toEqual([401, 'INVALID_TOKEN']);
    expect(() => app.auth.accessRule({ optional: true, roles: ['admin'] })).toThrow(/optional: goes with no other option/);
  });

  it('S7: accepts an optional session of a browser only with valid cookies and a trusted origin', async () => {
    const app = site();
    const jar = await browser(app);
    const options = { optional: true };
    expect(outcomeOf(await ask(app, { options, headers: { cookie: '__Host-sp_at=stale' } }))).toBe('anonymous');
    expect(outcomeOf(await ask(app, { options, headers: cookieOf(jar, '_at') }))).toBe('allowed');
    expect(outcomeOf(await ask(app, { options, method: 'POST', headers: { ...cookieOf(jar, '_at'), origin: 'https://evil.example' } }))).toEqual([403, 'ORIGIN_NOT_TRUSTED']);
    expect(outcomeOf(await ask(app, { options, method: 'POST', headers: { origin: 'https://evil.example' } }))).toBe('anonymous');
  });

  it('S7: refreshes the session if a page is opened after its access cookie has expired', async () => {
    const app = site();
    const jar = await browser(app);
    await app.clock.advance(11 * 60_000);
    const opened = await ask(app, { headers: { ...cookieOf(jar, '_rt', '_dt'), ...OPENS_PAGE } });
    expect([outcomeOf(opened), namesSet(opened), headersOf(opened)['Cache-Control']]).toEqual(['allowed', ['__Host-sp_at=e', '__Host-sp_rt=s'], 'no-store']);
    // Without Sec-Fetch-Mode, as in old Safari versions, and with an access cookie that the browser has kept too long.
    expect(outcomeOf(await ask(app, { headers: { ...cookieOf(jar, '_rt'), accept: 'text/html,*/*' } }))).toBe('allowed');
    expect(outcomeOf(await ask(app, { headers: { ...cookieOf(jar, '_at', '_rt'), ...OPENS_PAGE } }))).toBe('allowed');
  });

  it('S7: refreshes only when a page is opened, and never with a foreign cookie', async () => {
    const app = site();
    const jar = await browser(app);
    await app.clock.advance(11 * 60_000);
    const refresh = cookieOf(jar, '_rt', '_dt');
    const before = app.store.dump()['sessions'];
    for (const asked of [
      { headers: { ...refresh, 'sec-fetch-mode': 'cors', accept: 'text/html' } },
      { headers: refresh },
      { method: 'POST', headers: { ...refresh, ...OPENS_PAGE, origin: SITE } },
      { headers: { cookie: '__Host-sp_rt=sp_rt_other', ...OPENS_PAGE } },
      { headers: { cookie: `${refresh['cookie']}; ${refresh['cookie']}`, ...OPENS_PAGE } },
    ]) {
      const outcome = await ask(app, asked);
      expect([outcomeOf(outcome), namesSet(outcome)]).toEqual([[401, 'UNAUTHENTICATED'], []]);
    }
    expect(app.store.dump()['sessions']).toEqual(before);
  });

  it('S7: clears the cookies of a session that has ended', async () => {
    const app = site();
    const jar = await browser(app);
    await app.auth.api.logoutAll({}, { accessToken: jar.get('__Host-sp_at') });
    const outcome = await ask(app, { headers: { ...cookieOf(jar, '_rt'), ...OPENS_PAGE } });
    expect([outcomeOf(outcome), namesSet(outcome)]).toEqual([[401, 'SESSION_EXPIRED'], ['__Host-sp_at=', '__Host-sp_rt=']]);
  });

  it('S7: accepts a refresh cookie only with the cookie of its session or device', async () => {
    const app = site();
    const victim = await browser(app);
    const attacker = await loginAs(app.auth, { email: 'mallory@example.com', password: PASSWORD });
    const planted = `__Host-sp_rt=${attacker.refreshToken}`;
    const refresh = (cookie: string) =>
      app.send({ method: 'POST', path: '/refresh-token', headers: { cookie, origin: SITE } }).then(({ status, body, headers }) => [status, body.code, headers['Set-Cookie']]);
    const refused = [401, 'INVALID_REFRESH_TOKEN', undefined];
    expect(await refresh(`${cookieOf(victim, '_at')['cookie']}; ${planted}`)).toEqual(refused);
    expect(await refresh(`${cookieOf(victim, '_dt')['cookie']}; ${planted}`)).toEqual(refused);
    expect(await refresh(`${cookieOf(victim, '_at', '_rt', '_dt')['cookie']}; ${planted}`)).toEqual(refused);
    expect((await refresh(cookieOf(victim, '_at', '_rt', '_dt')['cookie'] ?? ''))[0]).toBe(200);
    expect((await refresh(cookieOf(victim, '_rt', '_dt')['cookie'] ?? ''))[0]).toBe(200);
  });

  it('logs a refused origin once, with the remedy', async () => {
    const app = site();
    for (const origin of ['http://localhost:5173', 'http://localhost:5173', 'x\r\nfake']) await ask(app, { method: 'POST', headers: { origin } });
    const warnings = app.log.filter(({ level }) => level === 'warn').filter(({ message }) => message.includes('trustedOrigins'));
    expect(warnings.map(({ fields }) => fields['origin'])).toEqual(['http://localhost:5173', 'x??fake']);
    for (let n = 0; n < 50; n += 1) await ask(app, { method: 'POST', headers: { origin: `https://${n}.example` } });
    expect(app.log.filter(({ message }) => message.includes('trustedOrigins'))).toHaveLength(10);
  });
});

describe('auth.principal', () => {
  it('identifies the sender of a bearer token from the headers of any host', async () => {
    const { auth } = createTestApp();
    const { accessToken, email } = await loginAs(auth);
    const authorization = `Bearer ${accessToken}`;
    expect((await auth.principal(new Request('https://x.example', { headers: { authorization } })))?.user.email).toBe(email);
    expect((await auth.principal({ method: 'GET', headers: { authorization } }))?.user.email).toBe(email);
    for (const headers of [{}, { authorization: 'Bearer forged' }]) expect(await auth.principal({ method: 'GET', headers })).toBeNull();
  });

  it('S7: identifies the sender of cookies unless the request may be cross-site', async () => {
    const app = site();
    const headers = cookieOf(await browser(app), '_at');
    const emailOf = async (request: Parameters<typeof app.auth.principal>[0]): Promise<unknown> => (await app.auth.principal(request))?.user.email;
    expect(await emailOf({ method: 'GET', headers })).toBe(ADA.email);
    expect(await emailOf({ method: 'POST', headers: { ...headers, origin: SITE } })).toBe(ADA.email);
    expect(await emailOf({ method: 'POST', headers: { ...headers, origin: 'https://evil.example' } })).toBeUndefined();
    expect(await emailOf({ headers })).toBeUndefined();
  });

  it('throws if the store does not answer', async () => {
    const app = createTestApp();
    const { accessToken } = await loginAs(app.auth);
    const broken = createAuth({ ...app.config, store: failingStore(app.store, 1) });
    const asked = broken.principal({ method: 'GET', headers: { authorization: `Bearer ${accessToken}` } });
    await expect(asked).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
