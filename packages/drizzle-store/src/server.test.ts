import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { createClient } from '@libsql/client';
import { anEvent, aUser, describeStoreContract } from '@sallyport/core/testing';
import { drizzle } from 'drizzle-orm/libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { createHrana, listen } from './engine/hrana.test-server.js';
import { createDrizzleStore, createLibsqlStore } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-server-'));
const answer = createHrana(join(folder, 'server.db'));
const { url, server } = await listen(answer);
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

// Without sockets, because thousands of calls take half the time.
const answerDirectly = async (request: Request) =>
  new Response(answer(await request.text()), { headers: { 'content-type': 'application/json' } });
describeStoreContract(
  'a libsql server',
  async () => createDrizzleStore(drizzle(createClient({ url, fetch: answerDirectly }))),
  { describe, it },
);

describe('a libsql server', () => {
  it('keeps every acknowledged change of concurrent writers', async () => {
    const stores = await Promise.all([1, 2, 3].map(async () => createLibsqlStore({ url, waitMs: 20_000 })));
    const userId = aUser().id;
    const events = await Promise.all(
      stores.flatMap((store) =>
        Array.from({ length: 20 }, async () => {
          const event = anEvent({ userId });
          await store.transaction(async (tx) => {
            await sleep(Math.random() * 2);
            await tx.events.append(event);
          });
          return event.id;
        }),
      ),
    );
    const stored = (await stores[0]?.events.list(userId, { limit: 100 })) ?? [];
    expect(stored.map(({ id }) => id).toSorted()).toEqual(events.toSorted());
    for (const store of stores) await store.close();
  });

  it('is closed only when pending reads have ended', async () => {
    const store = await createLibsqlStore({ url });
    const user = aUser();
    await store.users.insert(user);
    const read = store.users.find(user.id);
    await store.close();
    expect(await read).toEqual(user);
  });

  it.each([
    ['is not there', async () => 1],
    ['does not answer', async () => portOf(createServer(() => undefined))],
    ['refuses the token', async () => portOf(createServer((_, response) => response.writeHead(401).end('who? t0ken')))],
  ])('is unavailable if it %s', async (_, start) => {
    const port = await start();
    const opening = createLibsqlStore({ url: `http://127.0.0.1:${port}`, authToken: 't0ken', waitMs: 100 });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('t0ken');
  });
});

async function portOf(answering: ReturnType<typeof createServer>): Promise<number> {
  answering.listen(0, '127.0.0.1');
  answering.unref();
  await once(answering, 'listening');
  return (answering.address() as AddressInfo).port;
}
