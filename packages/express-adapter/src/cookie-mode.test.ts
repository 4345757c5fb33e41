import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Auth } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { authRouter } from './auth-router.js';
import { requireAuth } from './require-auth.js';
import { bodyOf, outcomeOf } from './test-kit/body-of.js';
import { PASSWORD, post, serve, testAuth } from './test-kit/served.js';

const SITE = 'https://app.example';
const ada = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };
const credentials = { email: ada.email, password: PASSWORD };
const here = { origin: SITE };

interface Site {
  readonly origin: string;
  readonly auth: Auth;
}

const site = async (): Promise<Site> => {
  const auth = testAuth({ transport: 'cookie', baseUrl: SITE, trustedOrigins: ['https://admin.app.example'] });
  const { origin } = await serve((app) => {
    app.use('/auth', authRouter(auth));
    app.use('/api/auth', authRouter(auth.bearer));
    app.all('/mine', requireAuth(auth), (req, res) => void res.json({ email: req.auth.user.email }));
  });
  await auth.api.register(ada);
  return { origin, auth };
};

/** The cookies that a browser would send, and the `Set-Cookie` lines with their attributes. */
const cookiesOf = (reply: Response): { readonly header: string; readonly lines: readonly string[] } => {
  const lines = reply.headers.getSetCookie();
  return { lines, header: lines.map((line) => line.split(';')[0]).join('; ') };
};
const loggedIn = async ({ origin }: Site): Promise<string> =>
  cookiesOf(await fetch(`${origin}/auth/login`, post(credentials, here))).header;

/** The response to a browser that opens a page. `fetch` cannot imitate it, since it sets `Sec-Fetch-Mode` itself. */
async function opened(url: string, cookie: string): Promise<IncomingMessage> {
  const [page] = await once(get(url, { headers: { cookie, 'sec-fetch-mode': 'navigate' } }), 'response');
  page.resume();
  return page;
}

describe('cookie mode', () => {
  it('S7: programs get bearer tokens at a separate mount, which ignores cookies', async () => {
    const { origin, auth } = await site();
    const login = await fetch(`${origin}/api/auth/login`, post(credentials));
    expect([login.status, login.headers.getSetCookie()]).toEqual([200, []]);
    const { accessToken } = JSON.parse(await login.text()).data;
    const headers = { authorization: `Bearer ${accessToken}` };
    for (const path of ['/api/auth/me', '/auth/me', '/mine']) expect((await fetch(origin + path, { headers })).status).toBe(200);

    const cookie = await loggedIn({ origin, auth });
    expect(await outcomeOf(await fetch(`${origin}/api/auth/me`, { headers: { cookie } }))).toBe('401 UNAUTHENTICATED');
    const stolen = await fetch(`${origin}/api/auth/refresh-token`, post({}, { ...here, cookie }));
    expect([stolen.status, stolen.headers.getSetCookie()]).toEqual([400, []]);
    const document = await (await fetch(`${origin}/api/auth/openapi.json`)).text();
    expect([document.includes('accessCookie'), document.includes('"refreshToken"')]).toEqual([false, true]);

    // Both share one session store: a logout here ends the session there.
    await fetch(`${origin}/api/auth/logout`, { method: 'POST', headers });
    expect((await fetch(`${origin}/auth/me`, { headers })).status).toBe(401);
  });

  it('S7: tokens are in cookies that are bound to the site and hidden from scripts, and not in the body', async () => {
    const { origin } = await site();
    const login = await fetch(`${origin}/auth/login`, post(credentials, here));
    expect(login.status).toBe(200);
    const { lines, header } = cookiesOf(login);
    const token = String.raw`[\w.\-]+`;
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^__Host-sp_at=${token}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$`)),
      expect.stringMatching(new RegExp(`^__Host-sp_rt=${token}; Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax$`)),
      expect.stringMatching(new RegExp(`^__Host-sp_dt=${token}; Path=/; Max-Age=\\d+; Secure; HttpOnly; SameSite=Strict$`)),
    ]);
    const text = await login.text();
    expect(JSON.parse(text).data).toMatchObject({ auth: { hasAccessToken: true } });
    expect(text).not.toMatch(/accessToken"|refreshToken|deviceToken/);
    for (const pair of header.split('; ')) expect(text).not.toContain(pair.slice(pair.indexOf('=') + 1));
  });

  it('S7: the cookies suffice to use, refresh and end a session', async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    const { origin } = world;
    expect((await fetch(`${origin}/auth/me`, { headers: { cookie } })).status).toBe(200);
    expect(await bodyOf(await fetch(`${origin}/mine`, { headers: { cookie } }))).toEqual({ email: ada.email });

    const refresh = await fetch(`${origin}/auth/refresh-token`, { method: 'POST', headers: { cookie, ...here } });
    expect(refresh.status).toBe(200);
    expect(await refresh.text()).not.toMatch(/accessToken"|refreshToken/);
    const next = cookiesOf(refresh);
    expect(next.lines.map((line) => line.split('=')[0])).toEqual(['__Host-sp_at', '__Host-sp_rt']);
    expect(next.header).not.toBe(cookie);

    const logout = await fetch(`${origin}/auth/logout`, { method: 'POST', headers: { cookie: next.header, ...here } });
    expect(logout.status).toBe(200);
    expect(cookiesOf(logout).lines).toEqual([
      '__Host-sp_at=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
      '__Host-sp_rt=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    ]);
    expect((await fetch(`${origin}/mine`, { headers: { cookie: next.header } })).status).toBe(401);
  });

  it('S7: with an expired access cookie, a page behind requireAuth is served and sets fresh cookies', async () => {
    const world = await site();
    const refresh = (await loggedIn(world)).split('; ').filter((pair) => !pair.startsWith('__Host-sp_at=')).join('; ');
    const { statusCode, headers } = await opened(`${world.origin}/mine`, refresh);
    expect(statusCode).toBe(200);
    const lines = headers['set-cookie'] ?? [];
    expect(lines.map((line) => line.split('=')[0])).toEqual(['__Host-sp_at', '__Host-sp_rt']);
    expect(headers['cache-control']).toBe('no-store');
    const header = lines.map((line) => line.split(';')[0]).join('; ');
    expect((await fetch(`${world.origin}/mine`, { headers: { cookie: header } })).status).toBe(200);
  });

  it('S7: a route behind requireAuth sends CORS headers to trusted origins only', async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    const allowed = async (origin: string): Promise<readonly unknown[]> => {
      const { status, headers } = await fetch(`${world.origin}/mine`, { headers: { cookie, origin } });
      return [status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')];
    };
    expect(await allowed('https://admin.app.example')).toEqual([200, 'https://admin.app.example', 'true']);
    expect((await allowed('https://evil.example'))[1]).toBeNull();
  });

  it('S7: the cookies of an ended session are cleared', async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    const headers = { cookie, ...here };
    await fetch(`${world.origin}/auth/logout`, { method: 'POST', headers });
    const reply = await fetch(`${world.origin}/auth/refresh-token`, { method: 'POST', headers });
    expect(cookiesOf(reply).lines.map((line) => /^[^=]+=; Path=\/; Max-Age=0/.test(line))).toEqual([true, true]);
    expect(await outcomeOf(reply)).toBe('401 SESSION_EXPIRED');
  });

  it('S7: an unknown or repeated cookie is refused, and no cookie is cleared', async () => {
    const { origin } = await site();
    const outcome = async (cookie: string): Promise<readonly unknown[]> => {
      const reply = await fetch(`${origin}/auth/refresh-token`, { method: 'POST', headers: { cookie, ...here } });
      return [await outcomeOf(reply), cookiesOf(reply).lines];
    };
    for (const cookie of ['__Host-sp_rt=sp_rt_nonsense', '__Host-sp_rt=', '__Host-sp_rt=a; __Host-sp_rt=b']) {
      expect(await outcome(cookie)).toEqual(['401 INVALID_REFRESH_TOKEN', []]);
    }
    expect(await outcome('')).toEqual(['401 UNAUTHENTICATED', []]);
    const me = await fetch(`${origin}/mine`, { headers: { cookie: '__Host-sp_at=a; __Host-sp_at=b' } });
    expect([await outcomeOf(me), cookiesOf(me).lines]).toEqual(['401 INVALID_TOKEN', []]);
  });

  it('S7: two applications on one host with prefixes of their own keep out of each other’s cookies', async () => {
    const [shop, blog] = ['shop', 'blog'].map((prefix) => testAuth({ transport: 'cookie', baseUrl: SITE, cookies: { prefix } }));
    const { origin } = await serve((app) => {
      if (shop !== undefined) app.use('/shop/auth', authRouter(shop));
      if (blog !== undefined) app.use('/blog/auth', authRouter(blog));
    });
    const jar = new Map<string, string>();
    const send = async (path: string, request: RequestInit = {}): Promise<Response> => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const reply = await fetch(origin + path, { ...request, headers: { ...here, cookie, 'content-type': 'application/json' } });
      for (const line of reply.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') jar.delete(name);
        else jar.set(name, value);
      }
      return reply;
    };
    for (const mount of ['/shop/auth', '/blog/auth']) {
      await send(`${mount}/register`, { method: 'POST', body: JSON.stringify(ada) });
      expect((await send(`${mount}/login`, { method: 'POST', body: JSON.stringify(credentials) })).status).toBe(200);
    }
    expect([...jar.keys()].toSorted()).toEqual(['blog', 'shop'].flatMap((prefix) => ['at', 'dt', 'rt'].map((kind) => `__Host-${prefix}_${kind}`)));
    for (const mount of ['/shop/auth', '/blog/auth']) expect((await send(`${mount}/me`)).status).toBe(200);
    expect((await send('/shop/auth/logout', { method: 'POST' })).status).toBe(200);
    expect([(await send('/shop/auth/me')).status, (await send('/blog/auth/me')).status]).toEqual([401, 200]);
    expect((await send('/blog/auth/refresh-token', { method: 'POST' })).status).toBe(200);
  });

  const crossSiteHeaders: readonly (readonly [string, Record<string, string>])[] = [
    ['no origin', {}],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['a subdomain', { origin: 'https://sub.app.example' }],
    ['another scheme', { origin: 'http://app.example' }],
    ['another port', { origin: 'https://app.example:8443' }],
    ['a name that begins alike', { origin: 'https://app.example.evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['a foreign origin with a friendly Sec-Fetch-Site', { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }],
    ['Sec-Fetch-Site: cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site: none', { 'sec-fetch-site': 'none' }],
    ['a referer alone', { referer: `${SITE}/page` }],
  ];

  it.each(crossSiteHeaders)('S7: unsafe methods are refused with %s, also for login, register and refresh', async (_, headers) => {
    const world = await site();
    const cookie = await loggedIn(world);
    const { origin } = world;
    const unsafe = async (method: string, path: string, body: unknown): Promise<string> =>
      outcomeOf(await fetch(`${origin}${path}`, { ...post(body, { cookie, ...headers }), method }));
    expect(await unsafe('POST', '/auth/login', credentials)).toBe('403 ORIGIN_NOT_TRUSTED');
    expect(await unsafe('POST', '/auth/register', { ...ada, email: 'eve@example.com' })).toBe('403 ORIGIN_NOT_TRUSTED');
    expect(await unsafe('POST', '/auth/refresh-token', {})).toBe('403 ORIGIN_NOT_TRUSTED');
    expect(await unsafe('POST', '/auth/logout', {})).toBe('403 ORIGIN_NOT_TRUSTED');
    expect(await unsafe('PATCH', '/auth/me', { name: 'Eve' })).toBe('403 ORIGIN_NOT_TRUSTED');
    expect(await unsafe('DELETE', '/auth/me', { password: PASSWORD })).toBe('403 ORIGIN_NOT_TRUSTED');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect(await unsafe(method, '/mine', {})).toBe('403 ORIGIN_NOT_TRUSTED');
    // The request changed nothing. Reads stay allowed: the browser withholds their response.
    const me = await fetch(`${origin}/auth/me`, { headers: { cookie, ...headers } });
    expect((await bodyOf(me)).data.user.name).toBe('Ada');
    expect((await fetch(`${origin}/mine`, { headers: { cookie, ...headers } })).status).toBe(200);
  });

  it.each([here, { origin: 'https://admin.app.example' }, { 'sec-fetch-site': 'same-origin' }])(
    'S7: unsafe methods are accepted with %o',
    async (headers) => {
      const { origin } = await site();
      const login = await fetch(`${origin}/auth/login`, post(credentials, headers));
      const { header: cookie } = cookiesOf(login);
      expect((await fetch(`${origin}/mine`, { method: 'POST', headers: { cookie, ...headers } })).status).toBe(200);
    },
  );

  const forms = (): readonly NonNullable<RequestInit['body']>[] => {
    const upload = new FormData();
    upload.set('file', new Blob(['x'.repeat(50_000)]), 'picture.png');
    // fetch sends a string as text/plain, which forms can send too.
    return [new URLSearchParams(credentials), upload, JSON.stringify(credentials)];
  };

  it("S7: the library's own routes accept JSON only, even from the site itself", async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    for (const path of ['/auth/login', '/auth/refresh-token']) {
      for (const body of forms()) {
        const reply = await fetch(`${world.origin}${path}`, { method: 'POST', headers: { cookie, ...here }, body });
        expect([path, await outcomeOf(reply)]).toEqual([path, reply.status === 413 ? '413 PAYLOAD_TOO_LARGE' : '415 UNSUPPORTED_MEDIA_TYPE']);
        const foreign = await fetch(`${world.origin}${path}`, { method: 'POST', headers: { cookie, origin: 'https://evil.example' }, body });
        expect(await outcomeOf(foreign)).toBe('403 ORIGIN_NOT_TRUSTED');
      }
    }
  });

  it("S7: the application's own routes accept forms and uploads from the site itself, but not from other sites", async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    for (const body of forms()) {
      const send = (headers: Record<string, string>): Promise<Response> =>
        fetch(`${world.origin}/mine`, { method: 'POST', headers: { cookie, ...headers }, body });
      expect((await send(here)).status).toBe(200);
      expect((await send({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
      expect(await outcomeOf(await send({ origin: 'https://evil.example' }))).toBe('403 ORIGIN_NOT_TRUSTED');
      expect(await outcomeOf(await send({}))).toBe('403 ORIGIN_NOT_TRUSTED');
    }
  });

  it('S7: a logout without a body is accepted with any content type', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
      const world = await site();
      const cookie = await loggedIn(world);
      const headers = { cookie, 'content-type': type, ...here };
      expect((await fetch(`${world.origin}/auth/logout`, { method: 'POST', headers })).status).toBe(200);
    }
  });

  it('S7: an Authorization header of another scheme is ignored', async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    const authorization = 'Basic c3RhZ2luZzpwYXNzd29yZA==';
    for (const path of ['/mine', '/auth/me']) {
      expect((await fetch(`${world.origin}${path}`, { headers: { cookie, authorization } })).status).toBe(200);
      const stranger = await fetch(`${world.origin}${path}`, { headers: { authorization } });
      expect([await outcomeOf(stranger), stranger.headers.get('www-authenticate')]).toEqual(['401 UNAUTHENTICATED', 'Bearer']);
      expect(await outcomeOf(await fetch(`${world.origin}${path}`, { headers: { cookie, authorization: 'Bearer forged' } }))).toBe('401 INVALID_TOKEN');
    }
  });

  it('S7: a token in the query or in a cookie with a similar name is ignored', async () => {
    const world = await site();
    const cookie = await loggedIn(world);
    const access = /__Host-sp_at=([^;]+)/.exec(cookie)?.[1] ?? '';
    for (const name of ['sp_at', '__host-sp_at', '__Secure-sp_at', 'x__Host-sp_at']) {
      expect((await fetch(`${world.origin}/mine`, { headers: { cookie: `${name}=${access}` } })).status).toBe(401);
    }
    expect((await fetch(`${world.origin}/mine?access_token=${access}`)).status).toBe(401);
  });

  it('S7: cookies are ignored in bearer mode', async () => {
    const auth = testAuth();
    const { origin } = await serve((app) => app.use('/auth', authRouter(auth)));
    await auth.api.register(ada);
    const login = await fetch(`${origin}/auth/login`, post(credentials));
    expect(cookiesOf(login).lines).toEqual([]);
    const { accessToken } = (await bodyOf(login)).data;
    expect((await fetch(`${origin}/auth/me`, { headers: { cookie: `__Host-sp_at=${accessToken}` } })).status).toBe(401);
  });
});
