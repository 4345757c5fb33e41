import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { type AuthStore, createAuth } from '@sallyport/core';
import { aUser, inbox, loginAs } from '@sallyport/core/testing';
import { drizzle } from 'drizzle-orm/libsql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDrizzleStore, createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/create-postgres-store.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';

interface Database {
  readonly store: AuthStore;
  /** Runs a statement of the application in the same database. */
  readonly sql: (statement: string) => Promise<unknown>;
}

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-in-use-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return `file:${join(folder, 'a.db')}`;
}

const DATABASES: Readonly<Record<string, () => Promise<Database>>> = {
  'a libsql file': async () => {
    const url = aFile();
    const client = createClient({ url });
    return { store: await createLibsqlStore({ url }), sql: async (statement) => client.execute(statement) };
  },
  "an application's Drizzle database": async () => {
    const db = drizzle(createClient({ url: aFile() }));
    return { store: await createDrizzleStore(db), sql: async (statement) => db.$client.execute(statement) };
  },
  PostgreSQL: async () => {
    const database = await createTestDatabase();
    onTestFinished(async () => database.drop());
    return { store: await createPostgresStore({ url: database.url }), sql: database.sql };
  },
};

const missing = await whyNoServer();

describe.each(Object.entries(DATABASES).filter(([name]) => name !== 'PostgreSQL' || missing === null))('an account in %s', (_, open) => {
  it.each(['', 'ON DELETE RESTRICT', 'DEFERRABLE INITIALLY DEFERRED'])(
    'is not removed while an application table refers to it, by a foreign key "%s", and reports it',
    async (clause) => {
      const { store, sql } = await open();
      const auth = createAuth({
        secret: 'the secret of tests, 32 bytes long or more',
        store,
        notifier: inbox(),
        logger: false,
        passwords: { cost: 4 },
        registration: { unverifiedTtl: '1h' },
        maintenance: false,
      });
      onTestFinished(() => auth.close());
      const { userId, password, accessToken } = await loginAs(auth);
      const unused = aUser({ id: '01AN4Z07BY79KA1307SR9X4MV3', createdAt: 1, emailVerifiedAt: null });
      await store.users.insert(unused);
      await sql(`CREATE TABLE orders (user_id text REFERENCES auth_users (id) ${clause})`);
      await sql(`INSERT INTO orders VALUES ('${userId}'), ('${unused.id}')`);
      const before = await store.users.find(userId);

      const removal = async () => auth.api.deleteMe({ password }, { accessToken });
      await expect(removal()).rejects.toMatchObject({ code: 'ACCOUNT_IN_USE', statusCode: 409 });
      expect(await store.users.find(userId)).toEqual(before);
      const [newest] = await store.events.list(userId, { limit: 1 });
      expect(newest).toMatchObject({ type: 'account.removal-refused', userId, detail: { reason: 'in-use' } });
      // Maintenance skips the unverified account that is referenced, and does not fail.
      await auth.maintain();
      expect(await store.users.find(unused.id)).not.toBeNull();

      await sql('DELETE FROM orders');
      await removal();
      expect(await store.users.find(userId)).toBeNull();
    },
  );
});
