import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '@sallyport/core';
import { anEvent, aUser, inbox, loginAs } from '@sallyport/core/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createLibsqlStore } from './create-libsql-store.js';

/** A simulated disk: the maximum number of pages of a file, and its connections. */
const disk = vi.hoisted(() => ({ pages: 1_000_000, connections: new Set<{ exec(sql: string): unknown }>() }));

vi.mock(import('libsql'), async (original) => {
  const module = await original();
  class Tracked extends module.default {
    constructor(...args: ConstructorParameters<typeof module.default>) {
      super(...args);
      disk.connections.add(this);
      this.exec(`PRAGMA max_page_count = ${disk.pages}`);
    }
    override close(): this {
      disk.connections.delete(this);
      return super.close();
    }
  }
  return { ...module, default: Tracked as typeof module.default };
});

function setPages(pages: number): void {
  disk.pages = pages;
  for (const connection of disk.connections) connection.exec(`PRAGMA max_page_count = ${pages}`);
}

it('F1: answers 503 without partial changes if the disk is full, and works again once there is space', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-full-'));
  const store = await createLibsqlStore({ url: `file:${join(folder, 'a.db')}` });
  const auth = createAuth({ secret: 'the secret of tests, 32 bytes long or more', store, notifier: inbox(), logger: false, passwords: { cost: 4 }, delivery: false, maintenance: false });
  onTestFinished(async () => {
    await auth.close();
    rmSync(folder, { recursive: true });
  });
  const register = async (n: number) => auth.api.register({ email: `user-${n}@example.com`, name: `User ${n}`, password: 'correct horse battery' }, {});
  const known = await loginAs(auth, { email: 'user-0@example.com' });

  setPages(1);
  let registered = 0;
  let failure: unknown;
  while (failure === undefined && registered < 1000) {
    await register(registered + 1).then(() => void (registered += 1), (error: unknown) => void (failure = error));
  }
  expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', statusCode: 503, cause: 'SQLITE_FULL' });
  expect(await store.users.count({})).toBe(1 + registered);
  expect(await store.users.findByEmail(`user-${registered + 1}@example.com`)).toBeNull();
  // A transaction that fails in the middle is rolled back, and reads still work.
  const user = aUser();
  const large = anEvent({ userId: user.id, userAgent: 'x'.repeat(100_000) });
  await expect(
    store.transaction(async (tx) => {
      await tx.users.insert(user);
      await tx.events.append(large);
    }),
  ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await store.users.find(user.id)).toBeNull();
  expect(await auth.api.me({}, { accessToken: known.accessToken })).toMatchObject({ user: { email: 'user-0@example.com' } });

  setPages(1_000_000);
  await register(registered + 1);
  await store.transaction(async (tx) => {
    await tx.users.insert(user);
    await tx.events.append(large);
  });
  expect(await store.users.count({})).toBe(registered + 3);
});
