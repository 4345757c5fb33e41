import type { Logger } from '@sallyport/core';
import { Router } from 'express';
import type { ErrorRequestHandler } from 'express';
import { loginAs } from '@sallyport/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { authRouter } from './auth-router.js';
import { bodyOf } from './test-kit/body-of.js';
import { PASSWORD, post, serve, testAuth } from './test-kit/served.js';

const ada = { email: 'ada@example.com', password: PASSWORD, name: 'Ada' };

describe('authRouter', () => {
  it('registers, logs in, identifies the caller, refreshes and logs out', async () => {
    const { origin } = await serve((app) => app.use('/auth', authRouter(testAuth())));
    expect((await fetch(`${origin}/auth/register`, post(ada))).status).toBe(201);
    const login = await bodyOf(await fetch(`${origin}/auth/login`, post({ email: ada.email, password: PASSWORD })));
    const bearer = { authorization: `Bearer ${login.data.accessToken}` };
    const me = await fetch(`${origin}/auth/me`, { headers: bearer });
    expect(me.status).toBe(200);
    expect(me.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(me.headers.get('cache-control')).toBe('no-store');
    expect((await bodyOf(me)).data.user.email).toBe(ada.email);
    const refreshed = await fetch(`${origin}/auth/refresh-token`, post({ refreshToken: login.data.refreshToken }));
    expect(refreshed.status).toBe(200);
    expect((await fetch(`${origin}/auth/logout`, { method: 'POST', headers: bearer })).status).toBe(200);
    expect((await fetch(`${origin}/auth/me`, { headers: bearer })).status).toBe(401);
  });

  it.each(['/', '/auth', '/api/v1/auth', '/auth/'])('serves its routes when mounted at %s', async (mount) => {
    const { origin } = await serve((app) => app.use(mount, authRouter(testAuth())));
    const base = mount.replace(/\/$/, '');
    const health = await fetch(`${origin}${base}/health`);
    expect(health.status).toBe(200);
    const document = await bodyOf(await fetch(`${origin}${base}/openapi.json`));
    expect(document.servers).toEqual([{ url: base === '' ? '/' : base }]);
    expect((await fetch(`${origin}${base}/health/`)).status).toBe(200);
  });

  it('serves its routes in nested routers, with strict and case-sensitive routing', async () => {
    const auth = testAuth();
    const { origin } = await serve((app) => {
      app.enable('strict routing');
      app.enable('case sensitive routing');
      const outer = Router({ strict: true, caseSensitive: true });
      const inner = Router({ strict: true });
      inner.use('/auth', authRouter(auth));
      outer.use('/:tenant', inner);
      app.use('/api', outer);
    });
    const reply = await fetch(`${origin}/api/acme/auth/openapi.json`);
    expect((await bodyOf(reply)).servers).toEqual([{ url: '/api/acme/auth' }]);
    expect((await fetch(`${origin}/api/acme/auth/health`)).status).toBe(200);
  });

  it('answers unknown routes and methods itself', async () => {
    const after = vi.fn<() => void>();
    const { origin } = await serve((app) => {
      app.use('/auth', authRouter(testAuth()));
      app.use((_req, res) => {
        after();
        res.end();
      });
    });
    for (const path of ['/auth', '/auth/', '/auth/nowhere', '/auth//login', '/auth/%zz']) {
      const reply = await fetch(`${origin}${path}`);
      expect([path, reply.status, (await bodyOf(reply)).code]).toEqual([path, 404, 'NOT_FOUND']);
    }
    const wrongMethod = await fetch(`${origin}/auth/login`);
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get('allow')).toBe('POST');
    expect(after).not.toHaveBeenCalled();
    await fetch(`${origin}/authority`);
    expect(after).toHaveBeenCalledOnce();
  });

  it('answers HEAD like GET without a body, and sends no body with 204', async () => {
    const auth = testAuth();
    const { origin } = await serve((app) => app.use('/auth', authRouter(auth)));
    const head = await fetch(`${origin}/auth/health`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const { accessToken } = await loginAs(auth, ada);
    const gone = await fetch(`${origin}/auth/me`, {
      ...post({ password: PASSWORD }, { authorization: `Bearer ${accessToken}` }),
      method: 'DELETE',
    });
    expect([gone.status, gone.headers.get('content-type'), await gone.text()]).toEqual([204, null, '']);
  });

  it('passes the query string to the library', async () => {
    const { origin } = await serve((app) => app.use('/auth', authRouter(testAuth())));
    const reply = await fetch(`${origin}/auth/health?verbose=1`);
    expect(reply.status).toBe(400);
    const { meta } = await bodyOf(reply);
    expect(meta.issues.map(({ path }: { path: string }) => path)).toEqual(['verbose']);
  });

  it('L3: takes the client address from the socket, and from a header only behind a trusted proxy', async () => {
    const seen = async (trust: boolean): Promise<unknown> => {
      const auth = testAuth();
      const { origin } = await serve((app) => {
        if (trust) app.set('trust proxy', 'loopback');
        app.use('/auth', authRouter(auth));
      });
      await auth.api.register(ada);
      const headers = { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.8', 'x-real-ip': '203.0.113.9' };
      const login = await fetch(`${origin}/auth/login`, post({ email: ada.email, password: PASSWORD }, headers));
      const { accessToken } = (await bodyOf(login)).data;
      const { sessions } = await auth.api.sessions({}, { accessToken });
      return sessions[0]?.ip;
    };
    expect(await seen(false)).toBe('127.0.0.1');
    expect(await seen(true)).toBe('203.0.113.7');
  });

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip'])('L3: warns once about %s if no proxy is trusted', async (name) => {
    const warnings = async (trustProxy: unknown, headers: Record<string, string>): Promise<readonly unknown[]> => {
      const warn = vi.fn<Logger['warn']>();
      const auth = testAuth({ logger: { error: vi.fn<Logger['error']>(), warn, info: () => undefined, http: () => undefined, debug: () => undefined } });
      warn.mockClear();
      const { origin } = await serve((app) => app.set('trust proxy', trustProxy).use('/auth', authRouter(auth)));
      for (let request = 0; request < 3; request += 1) await fetch(`${origin}/auth/health`, { headers });
      return warn.mock.calls.map(([, fields]) => fields);
    };
    const headers = { [name]: '203.0.113.7' };
    expect(await warnings(false, headers)).toEqual([{ header: name }]);
    expect(await warnings(0, headers)).toEqual([{ header: name }]);
    expect(await warnings(1, headers)).toEqual([]);
    expect(await warnings('203.0.113.0/24', headers)).toEqual([]);
    expect(await warnings(false, {})).toEqual([]);
  });

  it('keeps headers and cookies that the application has set', async () => {
    const auth = testAuth({ transport: 'cookie', baseUrl: 'https://app.example' });
    const { origin } = await serve((app) => {
      app.use((_req, res, next) => {
        res.cookie('theme', 'dark').set('Strict-Transport-Security', 'max-age=1');
        next();
      });
      app.use('/auth', authRouter(auth));
    });
    await auth.api.register(ada);
    const login = await fetch(`${origin}/auth/login`, post({ email: ada.email, password: PASSWORD }, { origin: 'https://app.example' }));
    expect(login.status).toBe(200);
    expect(login.headers.get('strict-transport-security')).toBe('max-age=1');
    expect(login.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual([
      'theme',
      '__Host-sp_at',
      '__Host-sp_rt',
      '__Host-sp_dt',
    ]);
  });

  it('leaves a response alone that the application has already sent', async () => {
    const faults: unknown[] = [];
    const { origin } = await serve((app) => {
      app.use((_req, res, next) => {
        res.status(503).end('too late');
        next();
      });
      app.use('/auth', authRouter(testAuth()));
      app.use(((error, _req, _res, _next) => void faults.push(error)) satisfies ErrorRequestHandler);
    });
    const reply = await fetch(`${origin}/auth/health`);
    expect([reply.status, await reply.text()]).toEqual([503, 'too late']);
    expect(faults).toEqual([]);
  });

  it("never passes its own errors to the application's error handler", async () => {
    const faults: unknown[] = [];
    const auth = testAuth();
    const { origin } = await serve((app) => {
      app.set('trust proxy', () => {
        throw new Error('a broken trust function');
      });
      app.use('/auth', authRouter(auth));
      app.use(((error, _req, res, _next) => {
        faults.push(error);
        res.status(500).end();
      }) satisfies ErrorRequestHandler);
    });
    const reply = await fetch(`${origin}/auth/login`, post({ email: ada.email, password: PASSWORD }, { 'x-forwarded-for': '::1' }));
    expect([reply.status, (await bodyOf(reply)).code]).toEqual([500, 'INTERNAL']);
    expect(faults).toEqual([]);
  });

  it('does not mix up parallel requests on few connections', async () => {
    const { origin } = await serve((app) => app.use('/auth', authRouter(testAuth())));
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const requestId = `request-${at}`;
        const reply = await fetch(`${origin}/auth/${at % 2 === 0 ? 'health' : 'me'}`, { headers: { 'x-request-id': requestId } });
        const { meta } = await bodyOf(reply);
        return reply.status === (at % 2 === 0 ? 200 : 401) && meta.requestId === requestId;
      }),
    );
    expect(answers.every(Boolean)).toBe(true);
  });
});
