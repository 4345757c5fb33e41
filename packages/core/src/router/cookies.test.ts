import { describe, expect, it } from 'vitest';
import { cookieSettings } from '../features/cookies/options.js';
import { createTestApp, PASSWORD } from '../test-kit/test-app.js';
import type { Reply } from '../test-kit/test-app.js';
import { clearTokenCookies, moveTokensToCookies, readTokenCookies } from '../http/cookies.js';
import { isCrossSite } from '../http/cross-site.js';

const SITE = 'https://app.example';
const OURS = cookieSettings({ prefix: 'sp', secure: true });
const settings = { ...OURS, accessSeconds: 600, refreshSeconds: 3_600 };

describe('token cookies', () => {
  it('S7: are bound to the host, require https, and are hidden from scripts and other sites', () => {
    const { cookies, data } = moveTokensToCookies({ accessToken: 'a', refreshToken: 'r', deviceToken: 'd', tokenType: 'Bearer', userId: 'u' }, settings);
    expect(cookies).toEqual([
      '__Host-sp_at=a; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax',
      '__Host-sp_rt=r; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax',
      '__Host-sp_dt=d; Path=/; Max-Age=34560000; Secure; HttpOnly; SameSite=Strict',
    ]);
    expect(data).toEqual({ userId: 'u' });
  });

  it('S7: leave data without tokens alone', () => {
    const data = { user: { id: '1' } };
    expect(moveTokensToCookies(data, settings)).toEqual({ cookies: [], data });
  });

  it('S7: end with the session, except the device’s', () => {
    expect(clearTokenCookies(OURS)).toEqual([
      '__Host-sp_at=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
      '__Host-sp_rt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    ]);
  });

  it('S7: lack prefix and Secure only if the settings say so', () => {
    const plain = cookieSettings({ prefix: 'shop', secure: false });
    expect(clearTokenCookies(plain)[0]).toBe('shop_at=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
    expect(readTokenCookies('shop_at=a; __Host-shop_at=b; sp_at=c', plain.names)).toEqual({ accessToken: 'a' });
  });

  it.each([
    [undefined, {}],
    ['', {}],
    ['a=b; c', {}],
    ['__Host-sp_at=a; __Host-sp_rt=r; __Host-sp_dt=d', { accessToken: 'a', refreshToken: 'r', deviceToken: 'd' }],
    ['__Host-sp_at=a=b==', { accessToken: 'a=b==' }],
    ['x=1;__Host-sp_at=a;  y=2', { accessToken: 'a' }],
    ['\t__Host-sp_at \t=\t a\t;', { accessToken: 'a' }],
    ['sp_at=a; __host-sp_at=b; __Secure-sp_at=c; __Secure-sp_rt=d; __Host-sp_atx=e', {}],
    ['=x; ;;', {}],
    ['=__Host-sp_at=x; __Host-sp_at', {}],
    ['__proto__=x; __Host-sp_dt=', { deviceToken: '' }],
  ])('S7: are read from the header %j', (header, tokens) => {
    expect(readTokenCookies(header, OURS.names)).toEqual(tokens);
  });

  it.each(['\xA0', '\u2003', '\uFEFF', '\v', '\f', '\r', '\n', '\0', '"'])('S7: are ignored if their name has %j around it', (blank) => {
    for (const name of [`${blank}__Host-sp_at`, `__Host-sp_at${blank}`, `${blank}__Host-sp_rt`]) {
      expect(readTokenCookies(`${name}=planted`, OURS.names)).toEqual({});
      expect(readTokenCookies(`${name}=planted; __Host-sp_at=own`, OURS.names)).toEqual({ accessToken: 'own' });
    }
    expect(readTokenCookies(`__Host-sp_at=${blank}own`, OURS.names)).toEqual({ accessToken: `${blank}own` });
  });

  it('S7: are ignored if they are repeated, in any order', () => {
    expect(readTokenCookies('__Host-sp_at=a; __Host-sp_at=b; __Host-sp_at=c', OURS.names)).toEqual({ accessToken: '' });
    expect(readTokenCookies('__Host-sp_rt=a; __Host-sp_at=x; __Host-sp_rt=a', OURS.names)).toEqual({ accessToken: 'x', refreshToken: '' });
  });

  it('S7: are read in time linear in the size of the header', () => {
    const started = performance.now();
    readTokenCookies(`a=${' '.repeat(200_000)}b; ${'x=y;'.repeat(50_000)}`, OURS.names);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('S7: of the device keep the tokens of a few users who share a browser, the latest first', () => {
    const next = (cookie: string | undefined, deviceToken: string): string =>
      /=([^;]*)/.exec(moveTokensToCookies({ deviceToken }, { ...settings, deviceToken: cookie }).cookies[0] ?? '')?.[1] ?? '';
    const two = next(next(undefined, 'sp_dt_a'), 'sp_dt_b');
    expect(two).toBe('sp_dt_b.sp_dt_a');
    expect(next(two, 'sp_dt_a')).toBe('sp_dt_a.sp_dt_b');
    expect(next('sp_dt_1.sp_dt_2.sp_dt_3.sp_dt_4.sp_dt_5', 'sp_dt_6')).toBe('sp_dt_6.sp_dt_1.sp_dt_2.sp_dt_3.sp_dt_4');
    expect(next('x\r\nSet-Cookie: y=z.sp_dt_a; Domain=evil.example.__Host-sp_at', 'sp_dt_b')).toBe('sp_dt_b');
  });
});

describe('a request that may come from another site', () => {
  const crosses = (method: string, headers: Readonly<Record<string, string>>): boolean =>
    isCrossSite({ method, header: (name) => headers[name] }, [SITE]);

  it.each([
    [{ origin: SITE }, false],
    [{ 'sec-fetch-site': 'same-origin' }, false],
    [{ origin: SITE, 'sec-fetch-site': 'cross-site' }, false],
    [{}, true],
    [{ origin: 'null' }, true],
    [{ origin: '' }, true],
    [{ origin: 'https://forger.example' }, true],
    [{ origin: 'http://app.example' }, true],
    [{ origin: 'https://app.example:8443' }, true],
    [{ origin: 'https://app.example.forger.example' }, true],
    [{ origin: 'https://forger.example', 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ referer: `${SITE}/page` }, true],
    [{ origin: SITE, 'content-type': 'Multipart/Form-Data; boundary=x' }, false],
    [{ origin: 'https://forger.example', 'content-type': 'application/x-www-form-urlencoded' }, true],
    [{ 'content-type': 'text/plain' }, true],
    [{ origin: SITE, 'content-type': 'application/json' }, false],
  ])('S7: with %j is refused: %s', (headers, refused) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(crosses(method, headers)).toBe(refused);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(crosses(method, headers)).toBe(false);
  });
});

describe('cookie mode', () => {
  const world = () => {
    const made = createTestApp({ transport: 'cookie', baseUrl: SITE });
    const post = (path: string, body: object = {}, cookie = '', origin: string | null = SITE) =>
      made.send({ method: 'POST', path, body, headers: { cookie, ...(origin === null ? {} : { origin }), 'content-type': 'application/json' } });
    return { ...made, post };
  };
  const jar = ({ headers }: Reply): string => [headers['Set-Cookie'] ?? []].flat().map((line) => line.split(';')[0]).join('; ');

  it('S7: logs in, refreshes and logs out without a token in any body, as its OpenAPI document says', async () => {
    const { post, send } = world();
    await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A' });
    const login = await post('/login', { email: 'a@example.com', password: PASSWORD });
    expect(Object.keys(login.body.data).toSorted()).toEqual(['auth', 'expiresAt', 'userId']);
    const cookie = jar(login);
    expect((await send({ path: '/me', headers: { cookie } })).status).toBe(200);
    const refreshed = await post('/refresh-token', {}, cookie);
    expect(refreshed.status).toBe(200);
    expect(Object.keys(refreshed.body.data).toSorted()).toEqual(['auth', 'expiresAt']);
    const again = await post('/reauthenticate', { password: PASSWORD }, cookie);
    expect(Object.keys(again.body.data).toSorted()).toEqual(['auth', 'expiresAt']);
    const logout = await post('/logout', {}, jar(refreshed));
    expect(logout.headers['Set-Cookie']).toEqual(clearTokenCookies(OURS));
    expect((await send({ path: '/me', headers: { cookie } })).status).toBe(401);
  });

  it('S7: refuses every unsafe method from other origins, also login and refresh, and changes nothing', async () => {
    const { post, store } = world();
    await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A' });
    const cookie = jar(await post('/login', { email: 'a@example.com', password: PASSWORD }));
    const before = store.dump();
    for (const origin of ['https://forger.example', 'null', null]) {
      for (const path of ['/register', '/login', '/refresh-token', '/logout', '/logout-all']) {
        const reply = await post(path, { email: 'a@example.com', password: PASSWORD }, cookie, origin);
        expect([path, reply.status, reply.body.code]).toEqual([path, 403, 'ORIGIN_NOT_TRUSTED']);
      }
    }
    expect(store.dump()).toEqual(before);
  });

  it('S7: clears the cookies after a replay', async () => {
    const { post, send, clock } = world();
    await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A' });
    const cookie = jar(await post('/login', { email: 'a@example.com', password: PASSWORD }));
    await send({ path: '/me', headers: { cookie: jar(await post('/refresh-token', {}, cookie)) } });
    await clock.advance(31_000);
    const replay = await post('/refresh-token', {}, cookie);
    expect(replay.body.code).toBe('REFRESH_TOKEN_REUSED');
    expect(replay.headers['Set-Cookie']).toEqual(clearTokenCookies(OURS));
  });

  it('S7: is the only mode that reads cookies', async () => {
    const { send, post } = createTestApp();
    await post('/register', { email: 'a@example.com', password: PASSWORD, name: 'A' });
    const { accessToken } = (await post('/login', { email: 'a@example.com', password: PASSWORD })).body.data;
    const reply = await send({ path: '/me', headers: { cookie: `__Host-sp_at=${accessToken}` } });
    expect(reply.body.code).toBe('UNAUTHENTICATED');
  });
});
