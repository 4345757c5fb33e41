import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { ConfigError } from '@sallyport/core';
import { anEvent, aSession, aUser, describeStoreContract } from '@sallyport/core/testing';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { createDrizzleStore, createLibsqlStore, schema } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-drizzle-'));
afterAll(() => rmSync(folder, { recursive: true }));
const urlOf = (name: string) => `file:${join(folder, name)}.db`;

await createClient({ url: urlOf('contract') }).execute('PRAGMA journal_mode = WAL');
describeStoreContract(
  "an application's Drizzle database",
  async () => createDrizzleStore(drizzle(createClient({ url: urlOf('contract') }))),
  { describe, it },
);

describe("an application's Drizzle database", () => {
  it('can query the tables of the store, and stays open when the store closes', async () => {
    const db = drizzle(createClient({ url: urlOf('joined') }));
    const store = await createDrizzleStore(db);
    const user = aUser({ name: 'Ada' });
    await store.users.insert(user);
    await store.sessions.insert(aSession({ userId: user.id, amr: ['pwd', 'otp'] }));
    await store.close();
    const { users, sessions } = schema;
    const rows = await db
      .select({ name: users.name, amr: sessions.amr })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId));
    expect(rows).toEqual([{ name: 'Ada', amr: ['pwd', 'otp'] }]);
    db.$client.close();
  });

  it.each<readonly [string, unknown, string]>([
    ['node-postgres', { $client: { connect: async () => undefined, end: async () => undefined } }, 'createDrizzlePostgresStore'],
    ['better-sqlite3', { $client: { prepare: () => undefined, transaction: () => undefined, close: () => undefined } }, 'drizzle-orm/libsql'],
    ['nobody', undefined, 'drizzle-orm/libsql'],
    ['a promise', Promise.resolve(drizzle(createClient({ url: urlOf('bare') }))), 'write await'],
  ])('is refused if it is of another driver: %s', async (_, db, reason) => {
    const opening = createDrizzleStore(db as never);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(reason);
  });

  it.each<readonly [unknown, string]>([
    [null, 'options: must be an object'],
    ['auth_', 'options: must be an object'],
    [{ tablePrefix: 7 }, 'tablePrefix: must be lowercase letters'],
    [{ waitMs: '5s' }, 'waitMs: must be a number'],
    [{ migrate: 'false' }, 'migrate: must be true or false'],
  ])('says at once what is wrong with the options %j', async (options, reason) => {
    const client = createClient({ url: urlOf('unopened') });
    const opening = createDrizzleStore(drizzle(client), options as never);
    await expect(opening).rejects.toBeInstanceOf(ConfigError);
    await expect(opening).rejects.toThrow(`The store cannot be opened:\n  - ${reason}`);
    client.close();
  });

  it('is not changed if the application migrates it', async () => {
    const db = drizzle(createClient({ url: urlOf('bare') }));
    const store = await createDrizzleStore(db, { migrate: false });
    await store.ping();
    await expect(store.users.find('1')).rejects.toThrow('database error SQLITE_ERROR in users.find');
    await store.close();
    db.$client.close();
  });

  it('G2: passes no values to the application’s logger', async () => {
    const lines: string[] = [];
    const logger = { logQuery: (query: string, params: unknown[]) => void lines.push(query, ...params.map(String)) };
    const db = drizzle(createClient({ url: urlOf('logged') }), { logger });
    const store = await createDrizzleStore(db);
    await store.users.insert(aUser());
    await store.close();
    expect(lines).toEqual([]);
    db.$client.close();
  });
});

describe("an application's Drizzle database on a file that others write to", () => {
  it('keeps what it acknowledged, despite busy errors in between', async () => {
    const url = urlOf('shared');
    // Long, because the machine may be busy.
    const waitMs = 20_000;
    const open = async () => createDrizzleStore(drizzle(createClient({ url })), { waitMs });
    const stores = [await open(), await open(), await createLibsqlStore({ url, waitMs })];
    const userId = aUser().id;
    const writes = stores.flatMap((store) =>
      Array.from({ length: 40 }, async (_, n) => {
        const event = anEvent({ userId });
        await store.transaction(async (tx) => {
          // Hold the lock, so that the others get busy errors.
          await sleep(n % 3);
          await tx.events.append(event);
        });
        return event.id;
      }),
    );
    const acknowledged = await Promise.all(writes);
    for (const store of stores) await store.close();
    const later = await createLibsqlStore({ url });
    const stored = await later.events.list(userId, { limit: 1000 });
    expect(stored.map(({ id }) => id).toSorted()).toEqual(acknowledged.toSorted());
    await later.close();
  });
});
