import type { Auth } from '@sallyport/core';
import type { Express, RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { authRouter } from './auth-router.js';
import { requireAuth } from './require-auth.js';
import { PASSWORD, post, serve, testAuth } from './test-kit/served.js';

const API = 'https://api.app.example';
const PAGE = 'https://www.app.example';
const ADA = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };

/** What the package `cors` does: it answers preflights itself, and adds its headers to every other response. */
const cors =
  ({ origin, credentials }: { readonly origin: string; readonly credentials: boolean }): RequestHandler =>
  (req, res, next) => {
    res.set('Access-Control-Allow-Origin', origin);
    if (credentials) res.set('Access-Control-Allow-Credentials', 'true');
    if (origin !== '*') res.vary('Origin');
    if (req.method !== 'OPTIONS') return next();
    res.set({ 'Access-Control-Allow-Methods': 'GET,HEAD,PUT,PATCH,POST,DELETE', 'Access-Control-Allow-Headers': 'content-type' }).status(204).end();
  };

type Middleware = (app: Express) => void;

async function api({ before, after }: { readonly before?: Middleware; readonly after?: Middleware } = {}): Promise<string> {
  const auth: Auth = testAuth({ transport: 'cookie', baseUrl: API, trustedOrigins: [PAGE] });
  await auth.api.register(ADA);
  const { origin } = await serve((app) => {
    before?.(app);
    app.use('/auth', authRouter(auth));
    app.all('/reports', requireAuth(auth), (_req, res) => void res.json([]));
    after?.(app);
  });
  return origin;
}

const preflight = (origin: string): RequestInit => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-csrf' },
});

/** Whether a browser lets this page send the request and read its response, with cookies. */
function isReadable({ headers }: Response, page: string): boolean {
  return headers.get('access-control-allow-origin') === page && headers.get('access-control-allow-credentials') === 'true';
}

describe('a page of a trusted origin', () => {
  it.each(['/auth/login', '/auth/me', '/auth/nowhere', '/reports'])('gets its preflight answered at %s', async (path) => {
    const origin = await api();
    const answer = await fetch(origin + path, preflight(PAGE));
    expect([answer.status, isReadable(answer, PAGE), await answer.text()]).toEqual([204, true, '']);
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']));
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type,x-csrf');
    expect([answer.headers.get('access-control-max-age'), answer.headers.get('vary')]).toEqual(['7200', 'Origin']);
  });

  it('may read what waits and what went wrong, of successes and failures', async () => {
    const origin = await api();
    for (const [path, request, status] of [
      ['/auth/login', post({ email: ADA.email, password: PASSWORD }, { origin: PAGE }), 200],
      ['/auth/login', post({ email: ADA.email, password: 'wrong' }, { origin: PAGE }), 401],
      ['/reports', { headers: { origin: PAGE } }, 401],
    ] as const) {
      const answer = await fetch(origin + path, request);
      expect([answer.status, isReadable(answer, PAGE)]).toEqual([status, true]);
      const exposed = answer.headers.get('access-control-expose-headers')?.split(', ');
      expect(exposed).toEqual(expect.arrayContaining(['Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-Request-Id']));
    }
  });

  it.each(['https://evil.example', 'https://www.app.example.evil.example', 'http://www.app.example', 'null'])('is not %s', async (stranger) => {
    const origin = await api();
    const asked = await fetch(`${origin}/auth/login`, preflight(stranger));
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([405, null]);
    const sent = await fetch(`${origin}/auth/health`, { headers: { origin: stranger } });
    expect(sent.headers.get('access-control-allow-origin')).toBeNull();
  });

  const own = cors({ origin: PAGE, credentials: true });
  const everybody = cors({ origin: '*', credentials: false });
  it.each<readonly [string, { readonly before?: Middleware; readonly after?: Middleware }]>([
    ['before it, with the same origins and credentials', { before: (app) => void app.use(own) }],
    ['after it', { after: (app) => void app.use(own) }],
    ['after it, for everybody', { after: (app) => void app.use(everybody) }],
    ['on both sides', { before: (app) => void app.use(own), after: (app) => void app.use(everybody) }],
  ])('is served whatever CORS middleware the application has %s', async (_, middleware) => {
    const origin = await api(middleware);
    for (const path of ['/auth/login', '/reports']) expect(isReadable(await fetch(origin + path, preflight(PAGE)), PAGE)).toBe(true);
    const login = await fetch(`${origin}/auth/login`, post({ email: ADA.email, password: PASSWORD }, { origin: PAGE }));
    const cookie = login.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
    const reports = await fetch(`${origin}/reports`, { method: 'POST', headers: { cookie, origin: PAGE } });
    expect([login.status, isReadable(login, PAGE), reports.status, isReadable(reports, PAGE)]).toEqual([200, true, 200, true]);
  });

  it('may read answers also where middleware before it lets everybody read, without cookies', async () => {
    const origin = await api({ before: (app) => void app.use(everybody) });
    const login = await fetch(`${origin}/auth/login`, post({ email: ADA.email, password: PASSWORD }, { origin: PAGE }));
    expect([login.status, isReadable(login, PAGE)]).toEqual([200, true]);
  });
});
