import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './test-kit/call.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const ada = { email: 'ada@example.com', password: 'seven violet otters' };
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

describe('on SIGTERM', () => {
  it('what is under way is answered, and the process ends well', async () => {
    // Hashes that take a moment, so that there is something under way.
    const server = startServer({ folder: temporaryFolder(), env: { PASSWORD_COST: '10' } });
    const origin = await server.origin();
    await call(origin, 'POST /auth/register', { body: { ...ada, name: 'Ada' } });
    const logins = Array.from({ length: 12 }, () => call(origin, 'POST /auth/login', { body: ada }));
    await Promise.race(logins);
    server.child.kill('SIGTERM');
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(logins.map(() => 200));
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await expect(fetch(`${origin}/health`)).rejects.toThrow('fetch failed');
  });

  it('clients that ask without pause are told that it is over: none is left without an answer', async () => {
    const server = startServer({ folder: temporaryFolder() });
    const origin = await server.origin();
    const cutOff: string[] = [];
    let answered = 0;
    const client = async (): Promise<void> => {
      for (;;) {
        try {
          await (await fetch(`${origin}/auth/health`)).text();
          answered += 1;
        } catch (error) {
          const code = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : error;
          if (code !== 'ECONNREFUSED') cutOff.push(String(code));
          return;
        }
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await sleep(500);
    server.child.kill('SIGTERM');
    await Promise.all(clients);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(answered).toBeGreaterThan(16);
    expect(cutOff).toEqual([]);
  });

  it('connections that are idle, silent or half a request do not hold it up', async () => {
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

  it('a second one ends it at once, an echo of the first does not', async () => {
    const server = startServer({ folder: temporaryFolder(), env: { LOG_LEVEL: 'info' } });
    const { port } = new URL(await server.origin());
    const socket = connect(Number(port)).on('error', () => undefined);
    // Under way for as long as the body does not come.
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

  it('reaches the server through pnpm', async () => {
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
