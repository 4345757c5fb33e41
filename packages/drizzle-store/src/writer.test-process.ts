import { setTimeout as sleep } from 'node:timers/promises';
import { anEvent } from '@sallyport/core/testing';
import { createLibsqlStore } from './index.js';

// Started by processes.test.ts: writes continuously, and reports acknowledged writes to its parent.
const [, , url = '', userId = '', durationMs = '0'] = process.argv;
const CLIENTS = 8;

// Long, because the machine may be busy.
const store = await createLibsqlStore({ url, waitMs: 20_000 });
const end = performance.now() + Number(durationMs);

async function client(number: number): Promise<void> {
  while (performance.now() < end) {
    const [single, first, second] = [anEvent({ userId }), anEvent({ userId }), anEvent({ userId })];
    await store.events.append(single);
    process.send?.([single.id]);
    await store.transaction(async (tx) => {
      await tx.events.append(first);
      if (number === 0) await sleep(1);
      await tx.events.append(second);
    });
    process.send?.([first.id, second.id]);
    if ((await store.events.list(userId, { limit: 1 })).length === 0) throw new Error('An acknowledged write is missing');
  }
}

await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
await store.close();
process.disconnect();
