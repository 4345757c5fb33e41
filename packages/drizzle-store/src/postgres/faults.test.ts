import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthStore } from '@sallyport/core';
import { anEvent, aSession, aUser, BUILT_AT } from '@sallyport/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresStore, type PostgresStoreOptions } from './create-postgres-store.js';
import { createProxy } from './proxy.test-kit.js';
import { createTestDatabase, type TestDatabase, whyNoServer } from './server.test-kit.js';

const missing = await whyNoServer();
const UNAVAILABLE = { code: 'STORE_UNAVAILABLE' };
const ROTATION = { now: BUILT_AT + 1, idleExpiresAt: BUILT_AT + 2 };

/** A promise that is resolved with `open`. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe.skipIf(missing !== null)(`a PostgreSQL that fails${missing === null ? '' : ` (${missing})`}`, () => {
  let database: TestDatabase;
  const opened: AuthStore[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (store) => store.close()));
  });
  afterAll(async () => database.drop());

  const open = async (options: Partial<PostgresStoreOptions> = {}): Promise<AuthStore> => {
    const store = await createPostgresStore({ url: database.url, ...options });
    opened.push(store);
    return store;
  };
  const killBackends = async (state: string): Promise<number> => {
    const killed = await database.sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
       AND application_name = 'sallyport' AND state = '${state}'`,
    );
    return killed.length;
  };

  it('F1: if a backend is killed within a transaction, it fails as unavailable without partial changes, and the next call works', async () => {
    const store = await open();
    const [user, next] = [aUser(), aUser()];
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user);
      expect(await killBackends('idle in transaction')).toBe(1);
      await tx.sessions.insert(aSession({ userId: user.id }));
    });
    await expect(work).rejects.toMatchObject(UNAVAILABLE);
    expect(await store.users.find(user.id)).toBeNull();
    expect(await store.users.insert(next)).toEqual({ kind: 'inserted' });
  });

  it('F1: killing a backend before the commit commits nothing', async () => {
    const store = await open();
    const user = aUser();
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user);
      await killBackends('idle in transaction');
      // The lost connection is noticed while no statement runs.
      await sleep(50);
    });
    await expect(work).rejects.toMatchObject(UNAVAILABLE);
    expect(await store.users.find(user.id)).toBeNull();
  });

  it('F1: connections killed while idle are replaced without a failing call', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 10 }, async () => store.ping()));
    expect(await killBackends('idle')).toBeGreaterThan(1);
    await sleep(100);
    await Promise.all(Array.from({ length: 20 }, async () => store.ping()));
  });

  it('F2: if every connection is in use, a call waits for the configured time, then fails as unavailable', async () => {
    const store = await open({ maxConnections: 2, waitMs: 300 });
    const leave = gate();
    const holders = [1, 2].map(async () =>
      store.transaction(async (tx) => {
        await tx.events.append(anEvent());
        await leave.opened;
      }),
    );
    const began = performance.now();
    const waiting = await Promise.allSettled(Array.from({ length: 20 }, async () => store.ping()));
    const tookMs = performance.now() - began;
    expect(waiting.every((one) => one.status === 'rejected' && one.reason.code === 'STORE_UNAVAILABLE')).toBe(true);
    expect(tookMs).toBeGreaterThan(250);
    expect(tookMs).toBeLessThan(2000);
    leave.open();
    // They were idle longer than allowed, so the server may have ended them.
    await Promise.allSettled(holders);
    await store.ping();
  });

  it('F2: if the server does not answer in time, a call fails as unavailable, and the connection is not reused', async () => {
    const proxy = await createProxy(database.url);
    const store = await open({ url: proxy.url, waitMs: 300, maxConnections: 3 });
    await store.ping();
    proxy.hang();
    await expect(store.ping()).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.transaction(async (tx) => tx.events.append(anEvent()))).rejects.toMatchObject(UNAVAILABLE);
    proxy.heal();
    await store.ping();
    await proxy.close();
  });

  it('F1: a call that waits too long for a row fails as unavailable, and is not executed later', async () => {
    const store = await open({ waitMs: 5000 });
    const impatient = await open({ waitMs: 300 });
    const user = aUser();
    await store.users.insert(user);
    const [locked, leave] = [gate(), gate()];
    const holder = store.transaction(async (tx) => {
      await tx.users.find(user.id);
      locked.open();
      await leave.opened;
    });
    await locked.opened;
    const change = impatient.transaction(async (tx) => tx.users.setPhone(user.id, '+41791234567', 1));
    await expect(change).rejects.toMatchObject(UNAVAILABLE);
    leave.open();
    await holder;
    expect((await store.users.find(user.id))?.phone).toBeNull();
  });

  it('retries deadlocked transactions, and completes both', async () => {
    const store = await open();
    const users = [aUser(), aUser()] as const;
    const sessions = users.map(({ id }) => aSession({ userId: id }));
    for (const user of users) await store.users.insert(user);
    for (const session of sessions) await store.sessions.insert(session);
    let runs = 0;
    let holders = 0;
    const bothHold = gate();
    const rotateBoth = async (order: readonly string[]): Promise<void> =>
      store.transaction(async (tx) => {
        runs += 1;
        for (const id of order) {
          const counter = (await tx.sessions.find(id))?.refreshCounter ?? -1;
          await tx.sessions.rotate(id, counter, ROTATION);
          holders += 1;
          if (holders === 2) bothHold.open();
          await bothHold.opened;
        }
      });
    const ids = sessions.map(({ id }) => id);
    await Promise.all([rotateBoth(ids), rotateBoth(ids.toReversed())]);
    expect(runs).toBeGreaterThan(2);
    for (const id of ids) expect((await store.sessions.find(id))?.refreshCounter).toBe(2);
  });

  it('a transaction whose failed statement was caught commits nothing, and fails', async () => {
    const store = await open();
    const user = aUser();
    const work = store.transaction(async (tx) => {
      await tx.users.insert(user);
      await tx.sessions.insert(aSession({ userId: 'nobody' })).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ name: 'StoreError', code: '23503' });
    expect(await store.users.find(user.id)).toBeNull();
  });

  it('a failed statement leaves its connection usable', async () => {
    const store = await open({ maxConnections: 1 });
    await expect(store.sessions.insert(aSession({ userId: 'nobody' }))).rejects.toMatchObject({ code: '23503' });
    await expect(store.transaction(async (tx) => tx.sessions.insert(aSession({ userId: 'nobody' })))).rejects.toMatchObject({
      code: '23503',
    });
    const user = aUser();
    await store.users.insert(user);
    expect(await store.users.find(user.id)).toEqual(user);
  });

  it('a database that is missing, or refuses the login, is unavailable, without a secret in the error', async () => {
    for (const [path, user] of [['/not_there', 'postgres:pa55word'], ['/postgres', 'stranger:pa55word']] as const) {
      const url = new URL(database.url);
      url.pathname = path;
      const address = url.href.replace(/\/\/[^@]*@/, `//${user}@`);
      const opening = createPostgresStore({ url: address });
      await expect(opening).rejects.toMatchObject(UNAVAILABLE);
      await expect(opening).rejects.not.toThrow(/pa55word/);
    }
    await expect(createPostgresStore({ url: 'postgres://127.0.0.1:1/x' })).rejects.toMatchObject(UNAVAILABLE);
  });
});
