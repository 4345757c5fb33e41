import { once } from 'node:events';
import { ConfigError, createAuth } from '@sallyport/core';
import type { AccessOptions, Auth, Principal, ProfileSchema } from '@sallyport/core';
import { createMemoryStore, fakeClock, loginAs } from '@sallyport/core/testing';
import express from 'express';
import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { PrincipalOf, Register } from './registered-auth.js';
import { requireAuth } from './require-auth.js';
import { bodyOf, outcomeOf } from './test-kit/body-of.js';
import { rawConnection } from './test-kit/raw-request.js';
import { ADMIN_PASSWORD, serve, testAuth, testConfig } from './test-kit/served.js';
import type { Served } from './test-kit/served.js';

const guarded = (auth: Auth, options?: AccessOptions & { readonly optional?: false }): Promise<Served> =>
  serve((app) => {
    app.all('/mine', requireAuth(auth, options), (req, res) => {
      res.json({ email: req.auth.user.email, session: req.auth.session.id, sid: req.auth.claims.sid });
    });
  });
const as = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

describe('requireAuth', () => {
  it('runs the route for a live session and sets req.auth', async () => {
    const auth = testAuth();
    const ada = await loginAs(auth);
    const { origin } = await guarded(auth);
    const reply = await fetch(`${origin}/mine`, as(ada.accessToken));
    expect(await bodyOf(reply)).toEqual({ email: ada.email, session: ada.sessionId, sid: ada.sessionId });
  });

  it("answers everyone else with the library's envelope, without running the route", async () => {
    const auth = testAuth();
    const route = vi.fn<express.RequestHandler>();
    const { origin } = await serve((app) => app.use(requireAuth(auth), route));
    const nobody = await fetch(`${origin}/mine`);
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
    expect(nobody.headers.get('cache-control')).toBe('no-store');
    expect(await outcomeOf(nobody)).toBe('401 UNAUTHENTICATED');
    const forged = await fetch(`${origin}/mine`, as('not.a.token'));
    expect(forged.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await outcomeOf(forged)).toBe('401 INVALID_TOKEN');
    expect(await outcomeOf(await fetch(`${origin}/mine`, { headers: { authorization: 'Basic YTpi' } }))).toBe('401 INVALID_TOKEN');
    expect(route).not.toHaveBeenCalled();
  });

  it('S6: refuses a session as soon as it has ended', async () => {
    const auth = testAuth();
    const { accessToken } = await loginAs(auth);
    const { origin } = await guarded(auth);
    expect((await fetch(`${origin}/mine`, as(accessToken))).status).toBe(200);
    await auth.api.logout({}, { accessToken });
    expect(await outcomeOf(await fetch(`${origin}/mine`, as(accessToken)))).toBe('401 INVALID_TOKEN');
  });

  it('requires one of the roles', async () => {
    const auth = testAuth({ registration: { roles: ['user', 'auditor', 'admin'], adminPassword: ADMIN_PASSWORD } });
    const user = await loginAs(auth);
    const admin = await loginAs(auth, { email: 'root@example.com', role: 'admin' });
    const { origin } = await guarded(auth, { roles: ['auditor', 'admin'] });
    expect(await outcomeOf(await fetch(`${origin}/mine`, as(user.accessToken)))).toBe('403 FORBIDDEN');
    expect((await fetch(`${origin}/mine`, as(admin.accessToken))).status).toBe(200);
  });

  it('requires a permission, and rejects unknown names at compile time', async () => {
    const auth = createAuth({
      ...testConfig(),
      registration: { roles: ['user', 'editor', 'admin'], adminPassword: ADMIN_PASSWORD },
      permissions: { admin: ['users:*'], editor: ['posts:write'] },
    });
    const editor = await loginAs(auth, { role: 'editor' });
    const { origin } = await serve((app) => {
      app.get('/posts', requireAuth(auth, { permission: 'posts:write' }), (_req, res) => void res.end());
      app.get('/users', requireAuth(auth, { permission: 'users:anything' }), (_req, res) => void res.end());
    });
    expect((await fetch(`${origin}/posts`, as(editor.accessToken))).status).toBe(200);
    expect(await outcomeOf(await fetch(`${origin}/users`, as(editor.accessToken)))).toBe('403 FORBIDDEN');
    // @ts-expect-error an unknown permission
    expect(() => requireAuth(auth, { permission: 'posts:wirte' })).toThrow(ConfigError);
    // @ts-expect-error an unknown role
    expect(() => requireAuth(auth, { roles: ['edtior'] })).toThrow(ConfigError);
  });

  it('requires a second factor', async () => {
    const auth = testAuth();
    const { accessToken } = await loginAs(auth);
    const { origin } = await guarded(auth, { aal: 2 });
    const reply = await fetch(`${origin}/mine`, as(accessToken));
    expect(reply.headers.get('www-authenticate')).toBe('Bearer error="insufficient_user_authentication"');
    expect((await bodyOf(reply)).meta.requires).toBe('SECOND_FACTOR');
  });

  it.each(['5m', 300_000] as const)('requires a proof of a credential no older than %s', async (maxAge) => {
    const clock = fakeClock();
    const auth = testAuth({ clock, store: createMemoryStore() });
    const ada = await loginAs(auth);
    const { origin } = await guarded(auth, { maxAge });
    await clock.advance(300_000);
    expect((await fetch(`${origin}/mine`, as(ada.accessToken))).status).toBe(200);
    await clock.advance(1);
    const late = await fetch(`${origin}/mine`, as(ada.accessToken));
    expect(await bodyOf(late)).toMatchObject({ code: 'STEP_UP_REQUIRED', meta: { requires: 'PASSWORD' } });
    const again = await auth.api.reauthenticate({ password: ada.password }, { accessToken: ada.accessToken });
    expect((await fetch(`${origin}/mine`, as(again.accessToken))).status).toBe(200);
  });

  it('throws for invalid options when the route is defined, and names each', () => {
    const auth = testAuth();
    const wrong: unknown = { roles: [], aal: 3, maxAge: '5 minutes', role: 'admin' };
    const define = (): unknown => requireAuth(auth, wrong as AccessOptions);
    expect(define).toThrow(ConfigError);
    expect(define).toThrow(/roles[^]*aal[^]*maxAge[^]*role/);
    expect(() => requireAuth(auth, { roles: 'admin' } as unknown as AccessOptions)).toThrow(ConfigError);
  });

  it("leaves errors of the route to the application's error handler", async () => {
    const auth = testAuth();
    const { accessToken } = await loginAs(auth);
    const faults: unknown[] = [];
    const { origin } = await serve((app) => {
      app.get('/throws', requireAuth(auth), () => {
        throw new Error('sync');
      });
      app.get('/rejects', requireAuth(auth), () => Promise.reject(new Error('async')));
      app.use(((error, _req, res, _next) => {
        faults.push(error);
        res.status(500).end();
      }) satisfies express.ErrorRequestHandler);
    });
    await fetch(`${origin}/throws`, as(accessToken));
    await fetch(`${origin}/rejects`, as(accessToken));
    expect(faults.map(String)).toEqual(['Error: sync', 'Error: async']);
  });

  it('does not touch the body of an authorized request', async () => {
    const auth = testAuth();
    const { accessToken } = await loginAs(auth);
    const { origin } = await serve((app) => {
      app.post('/upload', requireAuth(auth), express.text(), (req, res) => void res.end(String(req.body.length)));
    });
    const init = { ...as(accessToken), method: 'POST', body: 'x'.repeat(50_000) };
    expect(await (await fetch(`${origin}/upload`, init)).text()).toBe('50000');
  });

  it('refuses without reading the body, and the connection stays usable', async () => {
    const { port } = await guarded(testAuth());
    const client = await rawConnection(port);
    client.send('POST /mine HTTP/1.1', 'Host: x', 'Content-Length: 100000', '', '');
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 401 /);
    client.send('x'.repeat(100_000), '');
    client.send('GET /mine HTTP/1.1', 'Host: x', '', '');
    expect(await client.until(/\}$/)).toMatch(/HTTP\/1\.1 401 /);
    client.socket.end();
    await once(client.socket, 'close');
  });

  it("types the profile in req.auth as configured, once the application has registered its auth", () => {
    const profile: ProfileSchema<{ company: string }> = {
      '~standard': { version: 1, vendor: 'tests', validate: () => ({ value: { company: 'Acme' } }) },
    };
    const auth = createAuth({ ...testConfig(), profile });
    expectTypeOf<PrincipalOf<{ auth: typeof auth }>['user']['profile']>().toEqualTypeOf<{ company: string } | null>();
    expectTypeOf<PrincipalOf<Register>>().toEqualTypeOf<Principal>();
    expect(requireAuth(auth)).toBeTypeOf('function');
  });

  it('types req.auth as set behind requireAuth, and as possibly undefined elsewhere', async () => {
    const auth = testAuth();
    const ada = await loginAs(auth);
    const other: express.RequestHandler = (_req, _res, next) => next();
    const { origin } = await serve((app) => {
      app.get('/first', requireAuth(auth), other, (req, res) => {
        expectTypeOf(req.auth).toEqualTypeOf<Principal>();
        res.json(req.auth.user.email);
      });
      app.get('/second', other, requireAuth(auth), express.json(), async (req, res) => void res.json(req.auth.claims.sid));
      app.route('/routed').get(requireAuth(auth), (req, res) => void res.json(req.auth.session.id));
      app.get('/optional', requireAuth(auth, { optional: true }), (req, res) => {
        expectTypeOf(req.auth).toEqualTypeOf<Principal | undefined>();
        res.json(req.auth?.user.email ?? 'nobody');
      });
      app.get('/open', other, (req, res) => {
        expectTypeOf(req.auth).toEqualTypeOf<Principal | undefined>();
        res.json(typeof req.auth);
      });
      app.use('/used', requireAuth(auth), (req, res) => void res.json(req.auth.user.email));
    });
    const answers = await Promise.all(
      ['first', 'second', 'routed', 'optional', 'open', 'used'].map(async (path) => (await fetch(`${origin}/${path}`, as(ada.accessToken))).json()),
    );
    expect(answers).toEqual([ada.email, ada.sessionId, ada.sessionId, ada.email, 'undefined', ada.email]);
    expect(await (await fetch(`${origin}/optional`)).json()).toBe('nobody');
    expectTypeOf(requireAuth(auth)).toExtend<express.RequestHandler>();
    expectTypeOf<express.Request['auth']>().toEqualTypeOf<Principal | undefined>();
    // @ts-expect-error an unknown option
    expect(() => requireAuth(testAuth(), { role: 'admin' })).toThrow(ConfigError);
  });

  it('sets the property named by `as` instead of req.auth, and refuses names that requests already have', async () => {
    const auth: Auth = testAuth();
    const ada = await loginAs(auth);
    // The types allow `as` only if an application has registered the name.
    const define = (name: unknown): express.RequestHandler => Reflect.apply(requireAuth, undefined, [auth, { as: name }]);
    const { origin } = await serve((app) => {
      app.get('/mine', define('sallyport'), (req, res) => void res.json([req.auth === undefined, Reflect.get(req, 'sallyport').user.email]));
    });
    expect(await (await fetch(`${origin}/mine`, as(ada.accessToken))).json()).toEqual([true, ada.email]);
    for (const name of ['body', 'params', 'socket', '__proto__', '', 'a b', 1, null]) {
      expect(() => define(name)).toThrow('requireAuth cannot start:\n  - as: must name a property');
    }
  });
});
