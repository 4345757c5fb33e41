import { describeStoreContract } from '@sallyport/core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresStore } from './create-postgres-store.js';
import { hasPgBouncer, startPgBouncer } from './pgbouncer.test-kit.js';
import { createTestDatabase, type TestDatabase, whyNoServer } from './server.test-kit.js';

const missing = hasPgBouncer ? await whyNoServer() : 'PgBouncer is not installed';

describe.skipIf(missing !== null)(`behind PgBouncer in transaction mode${missing === null ? '' : ` (${missing})`}`, () => {
  let database: TestDatabase;
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  beforeAll(async () => {
    database = await createTestDatabase();
    bouncer = await startPgBouncer(database.url, 4);
  });
  afterAll(async () => {
    await bouncer.stop();
    await database.drop();
  });

  // More connections than PgBouncer has to the server, so that each transaction can get another one.
  describeStoreContract('the PostgreSQL store', async () => createPostgresStore({ url: bouncer.url, maxConnections: 12 }), {
    describe,
    it,
  });

  it('leaves no lock and no setting on its connections', async () => {
    const stores = await Promise.all([1, 2, 3].map(async () => createPostgresStore({ url: bouncer.url })));
    await Promise.all(stores.map(async (store) => store.counters.take({ hitId: crypto.randomUUID(), key: 'a', limits: [], now: 1 })));
    const locks = await database.sql(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    expect(locks).toEqual([]);
    await Promise.all(stores.map(async (store) => store.close()));
  });
});
