import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { describe, expect, it, vi } from 'vitest';
import { call } from './test-kit/call.js';
import { startMailServer } from './test-kit/mail-server.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const ada = { email: 'ada@example.com', password: 'seven violet otters' };
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const getWith = (agent: Agent, url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (reply) => void reply.resume().on('end', resolve).on('error', reject)).on('error', reject);
  });
/** For a name with two addresses both are tried, and the error contains one error for each. */
const codeOf = (error: unknown): string => {
  const [cause = error]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
};

describe('on SIGTERM', () => {
  it('the server stops being ready, completes pending requests and deliveries, and exits with 0', async () => {
    const folder = temporaryFolder();
    const mail = await startMailServer();
    // Slow hashes, so that requests are in progress.
    const env = { ...mail.env, PASSWORD_COST: '10', SHUTDOWN_DELAY: '1', SHUTDOWN_TIMEOUT: '30', LOG_TO_FILE: 'true', LOG_LEVEL: 'http' };
    const server = startServer({ folder, env });
    const origin = await server.origin();
    const probe = async (path: string): Promise<string> => `${(await fetch(origin + path)).status} ${await (await fetch(origin + path)).text()}`;
    expect([await probe('/livez'), await probe('/readyz')]).toEqual(['200 {"status":"alive"}', '200 {"status":"ready"}']);
    await call(origin, 'POST /auth/register', { body: { ...ada, name: 'Ada' } });
    await vi.waitFor(() => expect(mail.given()).toBeGreaterThan(0));
    const logins = Array.from({ length: 12 }, () => call(origin, 'POST /auth/login', { body: ada }));
    const { userId } = (await Promise.race(logins)).body.data;
    server.child.kill('SIGTERM');
    await vi.waitFor(async () => expect(await probe('/readyz')).toBe('503 {"status":"stopping"}'), { timeout: 900 });
    expect(await probe('/livez')).toBe('200 {"status":"alive"}');
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(logins.map(() => 200));
    await vi.waitFor(async () => expect(fetch(`${origin}/livez`)).rejects.toThrow('fetch failed'), { timeout: 5_000 });
    mail.release();
    expect(await server.exited).toEqual({ code: 0, signal: null });

    const store = await createLibsqlStore({ url: `file:${join(folder, 'dev.db')}` });
    const delivered = (await store.events.list(userId, { limit: 100 })).filter(({ type }) => type === 'message.delivered');
    await store.close();
    expect([delivered.length, mail.taken()]).toEqual([mail.given(), mail.given()]);
    const lines = readFileSync(join(folder, 'logs/combined/current.log'), 'utf8');
    expect(lines).toMatch(/"message":"stopping","signal":"SIGTERM"/);
    expect(lines).toMatch(/"method":"GET","route":"\/readyz","status":503,"durationMs":\d+,"requestId":"[\w-]+"\}/);
    expect(lines.match(/"route":"\/login","status":200/g)).toHaveLength(12);
    expect(lines).not.toContain(ada.password);
  });

  it('requests that take too long are aborted, and the process exits within its time limit with a complete log', async () => {
    const folder = temporaryFolder();
    const mail = await startMailServer();
    const server = startServer({ folder, env: { ...mail.env, SHUTDOWN_TIMEOUT: '2', LOG_TO_FILE: 'true' } });
    const origin = await server.origin();
    await call(origin, 'POST /auth/register', { body: { ...ada, name: 'Ada' } });
    await vi.waitFor(() => expect(mail.given()).toBe(1));
    const socket = connect(Number(new URL(origin).port)).on('error', () => undefined);
    socket.write('POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n');
    await sleep(200);
    const begun = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(readFileSync(join(folder, 'logs/error/current.log'), 'utf8')).toContain('shutdown timed out');
  });

  it('clients that send requests without pause are told to close the connection; each request gets a response', async () => {
    const server = startServer({ folder: temporaryFolder() });
    const origin = await server.origin();
    const cutOff: string[] = [];
    const answers = Array.from({ length: 16 }, () => 0);
    const client = async (at: number): Promise<void> => {
      // One connection each: a connection that is being opened when the server stops may be reset.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let answered = 1; ; answered += 1) {
        try {
          await getWith(agent, `${origin}/auth/health`);
          answers[at] = answered;
        } catch (error) {
          const code = codeOf(error);
          if (code !== 'ECONNREFUSED') cutOff.push(code);
          return;
        }
      }
    };
    const clients = answers.map((_, at) => client(at));
    while (Math.min(...answers) < 5) await sleep(20);
    server.child.kill('SIGTERM');
    await Promise.all(clients);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(cutOff).toEqual([]);
  });

  it('idle, silent and half-sent connections do not delay it', async () => {
    const server = startServer({ folder: temporaryFolder() });
    const { port } = new URL(await server.origin());
    const sockets = [connect(Number(port)), connect(Number(port)), connect(Number(port))];
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.on('error', () => undefined);
    sockets[0]?.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    sockets[1]?.write('GET /health HTTP/1.1\r\nHo');
    await sleep(200);
    const begun = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it('a second signal ends the process at once; the same signal forwarded twice does not', async () => {
    const server = startServer({ folder: temporaryFolder(), env: { LOG_LEVEL: 'info' } });
    const { port } = new URL(await server.origin());
    const socket = connect(Number(port)).on('error', () => undefined);
    // In progress until the body arrives.
    socket.write('POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n');
    await sleep(200);
    server.child.kill('SIGTERM');
    server.child.kill('SIGINT');
    await sleep(1_000);
    expect(server.child.exitCode).toBeNull();
    expect(server.output()).toContain('stopping');
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 1, signal: null });
  });

  it('the signal reaches the server through pnpm', async () => {
    const url = `file:${join(temporaryFolder(), 'dev.db')}`;
    const server = startServer({
      folder: ROOT,
      env: { DATABASE_URL: url, JWT_SECRET_KEY: 'the secret of tests, 32 bytes long or more', LOG_LEVEL: 'info' },
      command: ['npx', '--yes', '-p', 'pnpm@12.21.0', '-c', 'exec pnpm start'],
    });
    const origin = await server.origin();
    expect((await call(origin, 'GET /health')).status).toBe(200);
    server.child.kill('SIGTERM');
    await server.exited;
    expect(server.output()).toContain('stopping');
    await expect(fetch(`${origin}/health`)).rejects.toThrow('fetch failed');
  }, 60_000);
});
