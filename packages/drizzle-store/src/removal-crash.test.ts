import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import { anEvent, inbox, loginAs } from '@sallyport/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createLibsqlStore } from './index.js';

const OPTIONS = { secret: 'the secret of tests, 32 bytes long or more', passwords: { cost: 4 }, logger: false } as const;
const AGENT = 'canary browser';
const EVENTS = 2_000;

it('F2: if a process is killed between two batches of a removal, the removal is kept and completed later', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-removal-crash-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'a.db');
  const url = `file:${path}`;
  const first = await createLibsqlStore({ url });
  const before = createAuth({ ...OPTIONS, store: first, notifier: inbox(), maintenance: false });
  const { userId, accessToken, password } = await loginAs(before, { userAgent: AGENT });
  await first.transaction(async ({ events }) => {
    for (let n = 0; n < EVENTS; n += 1) await events.append(anEvent({ userId, actorId: userId, userAgent: AGENT }));
  });
  await before.close();

  const child = fork(new URL('removal.test-process.ts', import.meta.url), [url, accessToken, password, '2'], {
    execArgv: ['--import', 'tsx', '--conditions=@sallyport/source'],
  });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);

  const store = await createLibsqlStore({ url });
  const withSource = async (): Promise<number> =>
    (await store.events.list(userId, { limit: 10_000 })).filter(({ userAgent }) => userAgent !== null).length;
  expect(await store.users.find(userId)).toBe(null);
  expect(await withSource()).toBeGreaterThan(EVENTS / 4);
  expect(await withSource()).toBeLessThan(EVENTS);
  const next = createAuth({ ...OPTIONS, store, notifier: inbox() });
  const filesOf = (): string => [path, `${path}-wal`].map((file) => readFileSync(file).toString('latin1')).join('');
  await expect.poll(withSource).toBe(0);
  await expect.poll(filesOf).not.toContain(AGENT);
  await next.close();
});
