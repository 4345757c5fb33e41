import { createAuth } from '@sallyport/core';
import type { Auth, LogFields, Logger } from '@sallyport/core';
import { createMemoryStore, inbox, loginAs } from '@sallyport/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createApp } from './app.js';
import { listen, portOf } from './server.js';

interface Line extends LogFields {
  readonly message: string;
}

function capture(lines: Line[]): Logger {
  const write = (message: string, fields: LogFields = {}): void => void lines.push({ message, ...fields });
  return { error: write, warn: write, info: write, http: write, debug: write };
}

interface Served {
  readonly auth: Auth;
  readonly origin: string;
  readonly lines: Line[];
}

async function serve({ ping }: { readonly ping?: () => Promise<void> } = {}): Promise<Served> {
  const lines: Line[] = [];
  const logger = capture(lines);
  const store = { ...createMemoryStore(), ...(ping !== undefined && { ping }) };
  const auth = createAuth({ secret: 'x'.repeat(32), store, passwords: { cost: 4 }, notifier: inbox(), logger: false });
  const server = await listen(0, createApp({ auth, logger, trustProxy: false }));
  onTestFinished(async () => {
    server.close().closeAllConnections();
    await auth.close();
  });
  return { auth, origin: `http://localhost:${portOf(server)}`, lines };
}

it('a server without its database is alive, but not ready', async () => {
  const { origin } = await serve({ ping: async () => Promise.reject(new Error('away')) });
  const probe = async (path: string): Promise<readonly unknown[]> => {
    const reply = await fetch(origin + path);
    return [reply.status, JSON.parse(await reply.text()).status, reply.headers.get('cache-control')];
  };
  expect(await probe('/livez')).toEqual([200, 'alive', 'no-store']);
  expect(await probe('/readyz')).toEqual([503, 'database-unreachable', 'no-store']);
  expect((await probe('/health'))[0]).toBe(503);
});

it('G2: each request to an application route is one log line with pattern, id and user, and nothing that was sent', async () => {
  const { auth, origin, lines } = await serve();
  const { accessToken, userId } = await loginAs(auth);
  const headers = { authorization: `Bearer ${accessToken}`, 'x-request-id': 'one' };
  const answer = await fetch(`${origin}/profile?token=CANARY`, { headers });
  expect(answer.headers.get('x-request-id')).toBe('one');
  await fetch(`${origin}/CANARY/nowhere`, { headers: { 'x-request-id': 'CANARY, with a space' } });
  await fetch(`${origin}/profile`);
  const request = { message: 'request', method: 'GET', durationMs: expect.any(Number) };
  expect(lines).toEqual([
    { ...request, route: '/profile', status: 200, requestId: 'one', userId },
    { ...request, route: '(none)', status: 404, requestId: expect.stringMatching(/^[\w-]{36}$/), userId: undefined },
    { ...request, route: '/profile', status: 401, requestId: expect.stringMatching(/^\w{26}$/), userId: undefined },
  ]);
});
