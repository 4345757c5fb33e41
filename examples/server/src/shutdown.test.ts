import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './test-kit/call.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const ada = { email: 'ada@example.com', password: 'seven violet otters' };
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const getWith = (agent: Agent, url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (reply) => void reply.resume().on('end', resolve).on('error', reject)).on('error', reject);
  });
/** Of a name with two addresses, both are tried, and the error holds one for each. */
const codeOf = (error: unknown): string => {
  const [cause = error]: unknown[] = error instanceof AggregateError ? error.errors : [];
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
};

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
    const answers = Array.from({ length: 16 }, () => 0);
    const client = async (at: number): Promise<void> => {
      // One connection each: one that is only being made when the server stops may be reset.
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
