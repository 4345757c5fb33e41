import { join } from 'node:path';
import type { AuthStore } from '@sallyport/core';
import { createAuth, createLogger } from '@sallyport/core';
import { inbox } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { expect, it, onTestFinished } from 'vitest';
import { createApp } from './app.js';
import { listen, portOf } from './server.js';
import { runCrowd } from './test-kit/crowd.js';
import type { Acknowledged } from './test-kit/crowd.js';
import { startServer, temporaryFolder } from './test-kit/running-server.js';

const logger = createLogger({ level: 'error' });

/** Acknowledged results that are missing in the file. */
async function lostFrom(url: string, { registered, loggedOut, keptIn }: Acknowledged): Promise<readonly string[]> {
  const store = await createLibsqlStore({ url });
  onTestFinished(() => store.close());
  return [
    ...(await filterAsync(registered, async (email) => (await store.users.findByEmail(email)) === null)),
    ...(await filterAsync(loggedOut, async (token) => !(await isEnded(store, token)))),
    ...(await filterAsync(keptIn, async (token) => isEnded(store, token))),
  ];
}

async function isEnded(store: AuthStore, accessToken: string): Promise<boolean> {
  const { sid } = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  const session = await store.sessions.find(sid);
  return session?.revokedAt !== null;
}

async function filterAsync<T>(items: readonly T[], isWanted: (item: T) => Promise<boolean>): Promise<T[]> {
  const wanted = await Promise.all(items.map(isWanted));
  return items.filter((_, at) => wanted[at]);
}

it('64 parallel clients on one database file get no 5xx, and nothing acknowledged is lost', async () => {
  const url = `file:${join(temporaryFolder(), 'crowd.db')}`;
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store: await createLibsqlStore({ url }),
    passwords: { cost: 4, hashQueue: 64 },
    throttling: { source: false },
    notifier: inbox(),
    logger,
  });
  const server = await listen(0, createApp({ auth, logger, trustProxy: false }));
  const results = await runCrowd({ origins: [`http://localhost:${portOf(server)}`], clients: 64, durationMs: 3_000 });
  server.close();
  server.closeAllConnections();
  await auth.close();
  expect(results.faults).toEqual([]);
  expect(Math.min(results.loggedOut.length, results.keptIn.length)).toBeGreaterThan(0);
  expect(await lostFrom(url, results)).toEqual([]);
});

it('64 parallel clients of two processes on one database file get no 5xx, and nothing acknowledged is lost', async () => {
  const folder = temporaryFolder();
  const env = { SOURCE_LIMITS: 'off' };
  // Both in one folder, so that they also share the secret that the first one creates.
  const servers = [startServer({ folder, env }), startServer({ folder, env })];
  const origins = await Promise.all(servers.map((server) => server.origin()));
  const results = await runCrowd({ origins, clients: 64, durationMs: 3_000 });
  for (const { child } of servers) child.kill('SIGTERM');
  expect((await Promise.all(servers.map(({ exited }) => exited))).map(({ code }) => code)).toEqual([0, 0]);
  expect(servers.map((server) => server.output()).join('')).not.toMatch(/BUSY|error/i);
  expect(results.faults).toEqual([]);
  expect(Math.min(results.loggedOut.length, results.keptIn.length)).toBeGreaterThan(0);
  expect(await lostFrom(`file:${join(folder, 'dev.db')}`, results)).toEqual([]);
});
