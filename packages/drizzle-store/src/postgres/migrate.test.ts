import { getTableName } from 'drizzle-orm';
import { getTableConfig } from 'drizzle-orm/pg-core';
import { aUser } from '@sallyport/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDrizzlePostgresStore } from './create-drizzle-postgres-store.js';
import { createPostgresStore } from './create-postgres-store.js';
import { inspect } from './inspect.js';
import { MIGRATIONS } from './migrations/migrations.js';
import { createSchema } from './schema.js';
import { createTestDatabase, type TestDatabase, whyNoServer } from './server.test-kit.js';

const missing = await whyNoServer();

it('a server that is too old is reported by inspection, and refused by migrations', async () => {
  const old = async (text: string) => (text === 'SHOW server_version_num' ? [['120022']] : [[null]]);
  expect(await inspect(old, 'auth_')).toMatchObject({ unsupported: 'PostgreSQL 12 is older than 13' });
  const client = { query: async ({ text }: { readonly text: string }) => ({ rows: await old(text) }), release: () => undefined, on: () => undefined, removeListener: () => undefined };
  const opening = createDrizzlePostgresStore({ $client: { connect: async () => client, end: async () => undefined } });
  await expect(opening).rejects.toThrow('- url: the store does not work with this server: PostgreSQL 12 is older than 13');
});

describe.skipIf(missing !== null)(`the migrations on PostgreSQL${missing === null ? '' : ` (${missing})`}`, () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => database.drop());

  const tables = async (): Promise<readonly unknown[]> => {
    const rows = await database.sql(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`);
    return rows.map((row) => row['tablename']);
  };

  it('are applied once if several processes start concurrently on an empty database', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, async () => createPostgresStore({ url: database.url })));
    const users = stores.map(() => aUser());
    await Promise.all(stores.map(async (store, n) => store.users.insert(users[n] ?? aUser())));
    expect(await database.sql('SELECT tag FROM auth_migrations')).toEqual(MIGRATIONS.map(({ tag }) => ({ tag })));
    expect(await database.sql('SELECT count(*)::int AS users FROM auth_users')).toEqual([{ users: 8 }]);
    await Promise.all(stores.map(async (store) => store.close()));
  });

  it('do not change tables of the application, and refuse a database with tables of their names', async () => {
    await database.sql('CREATE TABLE users (id int); CREATE TABLE auth_events (id int)');
    const opening = createPostgresStore({ url: database.url });
    await expect(opening).rejects.toMatchObject({ issues: [{ path: 'tablePrefix', message: expect.stringContaining('auth_events') }] });
    expect(await tables()).toEqual(['auth_events', 'users']);
  });

  it('use the configured prefix, which must be safe in a statement', async () => {
    for (const tablePrefix of ['login_', '']) await (await createPostgresStore({ url: database.url, tablePrefix })).close();
    expect(await tables()).toEqual(expect.arrayContaining(['login_users', 'login_migrations', 'users', 'migrations']));
    for (const tablePrefix of ['A', '1a', 'a-', 'a"b', 'a'.repeat(31)]) {
      await expect(createPostgresStore({ url: database.url, tablePrefix })).rejects.toMatchObject({ issues: [{ path: 'tablePrefix' }] });
    }
  });

  it('are checked, but not run, if the store is configured so', async () => {
    const store = await createPostgresStore({ url: database.url, migrate: false });
    const tags = MIGRATIONS.map(({ tag }) => tag);
    expect(await store.inspect?.()).toMatchObject({ pendingMigrations: tags, unknownMigrations: [] });
    expect(await tables()).toEqual([]);
    await (await createPostgresStore({ url: database.url })).close();
    await database.sql(`INSERT INTO auth_migrations VALUES ('9999_later', now())`);
    const status = await store.inspect?.();
    expect(status).toMatchObject({ pendingMigrations: [], unknownMigrations: ['9999_later'] });
    expect(Math.abs((status?.now ?? 0) - Date.now())).toBeLessThan(5000);
    await store.close();
  });

  it('create the tables that the schema describes', async () => {
    await (await createPostgresStore({ url: database.url })).close();
    for (const table of Object.values(createSchema('auth_'))) {
      const name = getTableName(table);
      // Generated columns serve an index and are not part of a record.
      const made = await database.sql(
        `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required
         FROM pg_attribute a WHERE a.attrelid = '${name}'::regclass AND a.attnum > 0 AND a.attgenerated = ''`,
      );
      const described = getTableConfig(table).columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().replace('timestamp (3)', 'timestamp(3)'),
        required: column.notNull,
      }));
      expect(made).toEqual(described);
      const indexes = await database.sql(`SELECT indexname AS name FROM pg_indexes WHERE tablename = '${name}'`);
      const { columns, indexes: describedIndexes, uniqueConstraints } = getTableConfig(table);
      const uniqueColumns = columns.flatMap((column) => (column.isUnique ? [column.uniqueName] : []));
      const names = [...describedIndexes.map(({ config }) => config.name), ...uniqueConstraints.map(({ name: unique }) => unique), ...uniqueColumns];
      expect(new Set(indexes.map((index) => index['name']))).toEqual(new Set([`${name}_pkey`, ...names]));
    }
  });
});
