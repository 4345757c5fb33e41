import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './test-kit/call.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const ada = { email: 'ada@example.com', password: 'seven violet otters' };

describe('the example server', () => {
  it('registers, logs in, refreshes and logs out', async () => {
    const origin = await startServer({ folder: temporaryFolder() }).origin();
    const auth = `${origin}/auth`;
    expect((await call(auth, 'POST /register', { body: { ...ada, name: 'Ada' } })).status).toBe(201);
    expect((await call(auth, 'POST /register', { body: { ...ada, name: 'Ada' } })).body.code).toBe('EMAIL_TAKEN');
    expect((await call(auth, 'POST /login', { body: { ...ada, password: 'wrong, and long enough' } })).status).toBe(401);

    const login = await call(auth, 'POST /login', { body: ada });
    expect(login.status).toBe(200);
    const token = login.body.data.accessToken;
    expect((await call(auth, 'GET /me', { token })).body.data.user.email).toBe(ada.email);
    expect((await call(origin, 'GET /profile', { token })).text).toContain('Hello, Ada');
    expect((await call(origin, 'GET /admin', { token })).body.code).toBe('FORBIDDEN');
    expect((await call(origin, 'GET /profile')).body.code).toBe('UNAUTHENTICATED');

    const refreshed = await call(auth, 'POST /refresh-token', { body: { refreshToken: login.body.data.refreshToken } });
    expect(refreshed.status).toBe(200);
    const next = refreshed.body.data.accessToken;
    const { sessions } = (await call(auth, 'GET /sessions', { token: next })).body.data;
    expect(sessions.map(({ current }) => current)).toEqual([true]);
    const { devices } = (await call(auth, 'GET /devices', { token: next })).body.data;
    expect(devices.map(({ current }) => current)).toEqual([true]);

    const again = await call(auth, 'POST /reauthenticate', { token: next, body: { password: ada.password } });
    expect(again.status).toBe(200);
    const recent = again.body.data.accessToken;
    const held = await call(auth, 'GET /me/export', { token: recent });
    expect(held.status).toBe(200);
    expect(held.text).toContain(ada.email);

    expect((await call(auth, 'POST /logout', { token: recent })).status).toBe(200);
    for (const ended of [token, next, recent]) expect((await call(auth, 'GET /me', { token: ended })).status).toBe(401);
    expect((await call(origin, 'GET /profile', { token: recent })).status).toBe(401);
  });

  it('logs in an administrator with the admin password', async () => {
    const adminPassword = 'the admin password of tests';
    const origin = await startServer({ folder: temporaryFolder(), env: { ADMIN_PASSWORD: adminPassword } }).origin();
    const body = { ...ada, name: 'Ada', role: 'admin' };
    expect((await call(origin, 'POST /auth/register', { body })).body.code).toBe('ADMIN_PASSWORD_REQUIRED');
    expect((await call(origin, 'POST /auth/register', { body: { ...body, adminPassword } })).status).toBe(201);
    const login = await call(origin, 'POST /auth/admin-login', { body: { ...ada, adminPassword } });
    expect(login.status).toBe(201);
    expect((await call(origin, 'GET /admin', { token: login.body.data.accessToken })).text).toContain('administrator Ada');
  });

  it('reports its health, plain for load balancers and in the envelope under the mount', async () => {
    const origin = await startServer({ folder: temporaryFolder(), env: { NODE_ENV: 'test' } }).origin();
    const health = { status: 'healthy', environment: 'test', database: { status: 'connected' } };
    expect((await call(origin, 'GET /health')).body).toMatchObject(health);
    expect((await call(origin, 'GET /auth/health')).body.data).toMatchObject(health);
    expect((await call(origin, 'GET /')).status).toBe(200);
    expect((await call(origin, 'GET /nowhere')).status).toBe(404);
  });

  it('creates a secret once, readable by its owner only, and accepts its sessions after a restart', async () => {
    const folder = temporaryFolder();
    const first = startServer({ folder });
    const origin = await first.origin();
    await call(origin, 'POST /auth/register', { body: { ...ada, name: 'Ada' } });
    const token = (await call(origin, 'POST /auth/login', { body: ada })).body.data.accessToken;
    const file = join(folder, '.dev-secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    first.child.kill('SIGTERM');
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const second = await startServer({ folder }).origin();
    expect((await call(second, 'GET /auth/me', { token })).status).toBe(200);
    expect(readFileSync(file, 'utf8')).toBe(secret);
    expect(first.output()).not.toContain(secret.trim());
  });

  it('logs an uncaught error without its message, and exits with 1', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'fault.mjs'), "process.on('SIGUSR2', () => { throw new TypeError('CANARY'); })");
    const server = startServer({ folder, env: { NODE_OPTIONS: `--import=${join(folder, 'fault.mjs')}`, LOG_TO_FILE: 'true' } });
    await server.origin();
    server.child.kill('SIGUSR2');
    expect(await server.exited).toEqual({ code: 1, signal: null });
    const written = readFileSync(join(folder, 'logs/error/current.log'), 'utf8');
    expect(written).toMatch(/"message":"uncaught exception","error":"TypeError"/);
    expect(written + server.output()).not.toContain('CANARY');
  });

  it('reads .env, and the environment overrides it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.env'), 'DATABASE_URL=file:./from-env-file.db\nLOG_LEVEL=shout\n');
    await startServer({ folder, env: { LOG_LEVEL: 'error' } }).origin();
    expect(statSync(join(folder, 'from-env-file.db')).isFile()).toBe(true);
  });

  it('L3: accepts addresses from the proxies of TRUST_PROXY only, and warns once about an undeclared proxy', async () => {
    const seen = async (env: Record<string, string>): Promise<readonly unknown[]> => {
      const server = startServer({ folder: temporaryFolder(), env: { LOG_LEVEL: 'warn', ...env } });
      const base = `${await server.origin()}/auth`;
      const headers = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };
      await call(base, 'POST /register', { body: { ...ada, name: 'Ada' }, headers });
      const { accessToken: token } = (await call(base, 'POST /login', { body: ada, headers })).body.data;
      const [session] = (await call(base, 'GET /sessions', { token })).body.data.sessions;
      return [session?.ip?.replace('::ffff:', ''), server.output().match(/trust proxy/g)?.length ?? 0];
    };
    // Clients can set the entries before the last one.
    expect(await seen({ TRUST_PROXY: '1' })).toEqual(['203.0.113.7', 0]);
    expect(await seen({ TRUST_PROXY: 'loopback' })).toEqual(['203.0.113.7', 0]);
    expect(await seen({})).toEqual([expect.stringMatching(/^(127\.0\.0\.1|::1)$/), 1]);
  }, 60_000);

  it('does not start with invalid settings, and names them', async () => {
    const env = { NODE_ENV: 'production', PORT: 'http', LOG_LEVEL: 'loud' };
    const server = startServer({ folder: temporaryFolder(), env });
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.output()).toMatch(/^The server cannot start:\n  - /);
    for (const name of ['PORT', 'LOG_LEVEL', 'JWT_SECRET_KEY']) expect(server.output()).toContain(`  - ${name} `);
    expect(server.output()).not.toContain('    at ');
  });

  it('reports a database or port that is not available', async () => {
    const folder = temporaryFolder();
    const nowhere = startServer({ folder, env: { DATABASE_URL: 'file:./no/such/folder/dev.db' } });
    expect((await nowhere.exited).code).toBe(1);
    expect(nowhere.output()).toMatch(/^The store cannot be opened:\n {2}- url: the folder \/.+\/no\/such\/folder does not exist: create it, .+\n$/);
    const { port } = new URL(await startServer({ folder }).origin());
    const second = startServer({ folder, env: { PORT: port } });
    expect((await second.exited).code).toBe(1);
    expect(second.output()).toBe(
      `The server cannot start: port ${port} is in use by another process. Stop it, or set PORT (or METRICS_PORT) to another port.\n`,
    );
  });
});
