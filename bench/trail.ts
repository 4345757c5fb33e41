// Exports and removes a user with many events in a database file, and prints the longest delay of the event loop and the
// additional memory.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuth } from '@sallyport/core';
import { anEvent, loginAs } from '@sallyport/core/testing';
import { createLibsqlStore } from '@sallyport/drizzle-store';

const SEEDED_AT_ONCE = 5_000;
const AIM_MS = 50;
const AIM_MB = 50;
const MB = 1024 * 1024;

/** Uses a new file with `rows` events of one user. */
export async function measureTrail(rows = 300_000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const store = await createLibsqlStore({ url: `file:${join(folder, 'bench.db')}` });
  const auth = createAuth({
    secret: randomBytes(32).toString('hex'),
    store,
    passwords: { cost: 4 },
    notifier: { channels: ['email'], send: () => Promise.resolve() },
    logger: false,
    maintenance: false,
  });
  const { userId, accessToken, password } = await loginAs(auth);
  for (let from = 0; from < rows; from += SEEDED_AT_ONCE) {
    await store.transaction(async ({ events }) => {
      for (let n = 0; n < SEEDED_AT_ONCE; n += 1) await events.append(anEvent({ userId, actorId: userId, userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' }));
    });
  }
  await watched(`export of ${rows} events`, async () => {
    const request = new Request('https://example.com/auth/me/export', { headers: { authorization: `Bearer ${accessToken}` } });
    const { body } = await auth.fetch(request, { ip: null });
    let bytes = 0;
    if (body !== null) for await (const chunk of body) bytes += chunk.byteLength;
    return `${(bytes / MB).toFixed(0)} MB`;
  });
  await watched(`removal of a user with ${rows} events`, async () => {
    await auth.api.deleteMe({ password }, { accessToken });
    const [event] = await store.events.list(userId, { limit: 1 });
    return event?.ip === null ? 'anonymized' : 'NOT ANONYMIZED';
  });
  await auth.close();
  rmSync(folder, { recursive: true });
}

async function watched(what: string, work: () => Promise<string>): Promise<void> {
  await sleep(100);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20);
  delay.enable();
  const begun = performance.now();
  const result = await work();
  delay.disable();
  clearInterval(timer);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const [held, more] = [delay.max / 1e6, (peak - before) / MB];
  console.log(`${what}: ${result} in ${seconds} s; held the event loop for ${held.toFixed(0)} ms at most (aim: ${AIM_MS}), 99 % under ${(delay.percentile(99) / 1e6).toFixed(0)} ms; ${more.toFixed(0)} MB more memory (aim: ${AIM_MB})`);
}
