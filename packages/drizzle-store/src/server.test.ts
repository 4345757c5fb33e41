import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { anEvent, aUser, describeStoreContract } from '@sallyport/core/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { startHranaServer } from './engine/hrana.test-server.js';
import { createLibsqlStore } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-server-'));
const { url, server } = await startHranaServer(join(folder, 'server.db'));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describeStoreContract('a libsql server', async () => createLibsqlStore({ url }), { describe, it });

describe('a libsql server', () => {
  it('keeps what it acknowledged to several who write at once', async () => {
    const stores = await Promise.all([1, 2, 3].map(async () => createLibsqlStore({ url })));
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

  it.each([
    ['is not there', async () => 1],
    ['does not answer', async () => listen(createServer(() => undefined))],
    ['refuses the token', async () => listen(createServer((_, response) => response.writeHead(401).end('who? t0ken')))],
  ])('is unavailable where it %s', async (_, start) => {
    const port = await start();
    const opening = createLibsqlStore({ url: `http://127.0.0.1:${port}`, authToken: 't0ken', waitMs: 100 });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('t0ken');
  });
});

async function listen(answering: ReturnType<typeof createServer>): Promise<number> {
  answering.listen(0, '127.0.0.1');
  answering.unref();
  await once(answering, 'listening');
  return (answering.address() as AddressInfo).port;
}
