import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { aUser } from '@sallyport/core/testing';
import { drizzle } from 'drizzle-orm/libsql';
import { afterAll, describe, expect, it } from 'vitest';
import type { Connection } from './engine/native-connection.js';
import { openConnection } from './engine/open-connection.test-kit.js';
import { FORMER_MIGRATIONS, makeFormerDatabase, shapeOf } from './former-database.test-kit.js';
import { createDrizzleStore, createLibsqlStore } from './index.js';
import { MIGRATIONS } from './migrations.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-rename-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);

/** Inserts a row of the user `id` into every table. Values are derived from the columns. */
function fill(connection: Connection, id: string): void {
  for (const table of formerTables(connection)) {
    const columns = connection.execute(`PRAGMA table_info(${table})`, []).map(([, name, type]) => [String(name), String(type)]);
    const values = columns.map(([name, type]) => {
      if (name === (table === 'users' ? 'id' : 'user_id')) return id;
      return type === 'integer' ? 7 : `"${name} of ${id}"`;
    });
    connection.execute(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`, values);
  }
}

function formerTables(connection: Connection): readonly string[] {
  const rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sallyport_migrations'", []);
  // `users` first: other tables reference it.
  return rows.map(([name]) => String(name)).toSorted((a, b) => Number(b === 'users') - Number(a === 'users'));
}

const rowsOf = (connection: Connection, table: string) => connection.execute(`SELECT * FROM "${table}" ORDER BY 1`, []);

describe('a database of 0.1.0, whose tables had no prefix', () => {
  it('is what that version created', () => {
    const statements = FORMER_MIGRATIONS.flatMap((migration) => migration.statements('').map((statement) => statement.replaceAll('`', '"')));
    const digest = createHash('sha256').update(statements.join('\n')).digest('hex');
    expect(digest).toBe('843adb7821b150ad418132929fbf36af2c128477b10d3626930ed1dc56a975d9');
  });

  it.each(FORMER_MIGRATIONS.map((_, at) => at + 1))('is brought up to date from %i migrations on', async (count) => {
    const path = pathOf(`from-${count}`);
    const fresh = pathOf('fresh');
    await (await createLibsqlStore({ url: `file:${fresh}` })).close();
    makeFormerDatabase(path, count).close();
    const raw = await createLibsqlStore({ url: `file:${path}`, migrate: false });
    expect(await raw.inspect?.()).toMatchObject({
      pendingMigrations: MIGRATIONS.slice(count).map(({ tag }) => tag),
      unknownMigrations: [],
    });
    await raw.close();
    const store = await createLibsqlStore({ url: `file:${path}` });
    expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
    expect(await store.inspect?.()).toMatchObject({ pendingMigrations: [], unknownMigrations: [] });
    await store.close();
    expect(shapeOf(path).filter((row) => !String(row).includes('sallyport_migrations'))).toEqual(shapeOf(fresh));
  });

  it.each(['auth_', 'login_', ''])('keeps every row, and references to it, under the prefix "%s"', async (prefix) => {
    const path = pathOf(`kept-${prefix}`);
    const connection = makeFormerDatabase(path);
    const tables = formerTables(connection);
    expect(tables).toHaveLength(11);
    fill(connection, 'ada');
    fill(connection, 'bob');
    const before = tables.map((table) => rowsOf(connection, table));
    connection.execute('CREATE TABLE notes (user_id TEXT REFERENCES users (id) ON DELETE CASCADE)', []);
    connection.execute("INSERT INTO notes VALUES ('ada'), ('bob')", []);
    connection.execute('CREATE VIEW names AS SELECT users.name FROM users', []);
    connection.execute('CREATE INDEX of_the_operator ON users (created_at)', []);
    connection.close();

    const store = await createLibsqlStore({ url: `file:${path}`, tablePrefix: prefix });
    const after = openConnection({ path, synchronous: 'normal' });
    // Later columns come last, so compare only the former ones.
    const kept = (table: string, index: number) => rowsOf(after, `${prefix}${table}`).map((row) => row.slice(0, before[index]?.[0]?.length));
    expect(tables.map(kept)).toEqual(before);
    expect(after.execute('PRAGMA foreign_key_check', [])).toEqual([]);
    expect(after.execute('SELECT name FROM names ORDER BY 1', [])).toEqual([['"name of ada"'], ['"name of bob"']]);
    expect(await store.users.remove('ada', 'admin')).toBe('removed');
    expect(after.execute('SELECT * FROM notes', [])).toEqual([['bob']]);
    expect(after.execute(`SELECT user_id FROM ${prefix}sessions`, [])).toEqual([['bob']]);
    expect(after.execute("SELECT tbl_name FROM sqlite_master WHERE name = 'of_the_operator'", [])).toEqual([[`${prefix}users`]]);
    after.close();
    await store.close();
  });

  it('finds users from before the folded name was added', async () => {
    const path = pathOf('found');
    const earlier = makeFormerDatabase(path, 2);
    const people = Array.from({ length: 1_001 }, (_, n) => aUser({ name: n % 2 === 0 ? 'Zoë Ångström' : "Ada 'A' O’Neill" }));
    for (const { id, email, name } of people) {
      const values = [id, email, name, 'user', 1, 1, 1];
      earlier.execute('INSERT INTO users (id, email, name, role, security_version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)', values);
    }
    earlier.close();
    const store = await createLibsqlStore({ url: `file:${path}` });
    for (const search of ['zoë å', "'a' o’", '@example.com']) {
      const expected = people.filter(({ email, searchName }) => email.includes(search) || searchName.includes(search)).length;
      expect([search, await store.users.count({ search })]).toEqual([search, expected]);
    }
    await store.close();
  });

  it('is renamed once if several processes open it concurrently', async () => {
    const path = pathOf('together');
    const former = makeFormerDatabase(path);
    fill(former, 'ada');
    former.close();
    const url = `file:${path}`;
    const stores = await Promise.all([
      ...Array.from({ length: 4 }, async () => createLibsqlStore({ url })),
      ...Array.from({ length: 4 }, async () => createDrizzleStore(drizzle(createClient({ url, timeout: 100 })))),
    ]);
    for (const store of stores) {
      expect(await store.users.find('ada')).not.toBeNull();
      expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
      await store.close();
    }
  });

  it('does not let 0.1.0 create its tables again', async () => {
    const path = pathOf('downgraded');
    makeFormerDatabase(path, 3).close();
    await (await createLibsqlStore({ url: `file:${path}` })).close();
    const connection = openConnection({ path, synchronous: 'normal' });
    const tags = connection.execute('SELECT tag FROM sallyport_migrations ORDER BY tag', []).flat();
    expect(tags).toEqual([...FORMER_MIGRATIONS.map(({ tag }) => tag), '0008_table_prefix']);
    connection.close();
  });

  it('is not changed if a table already has one of the new names', async () => {
    const path = pathOf('taken');
    const connection = makeFormerDatabase(path);
    connection.execute('CREATE TABLE auth_sessions (id INTEGER)', []);
    connection.close();
    const before = shapeOf(path);
    await expect(createLibsqlStore({ url: `file:${path}` })).rejects.toMatchObject({
      issues: [{ path: 'tablePrefix', message: 'the database already has other tables named auth_sessions' }],
    });
    expect(shapeOf(path)).toEqual(before);
  });

  it('moves its users to the first prefix used, and none to a second one', async () => {
    const path = pathOf('second');
    const former = makeFormerDatabase(path);
    fill(former, 'ada');
    former.close();
    const first = await createLibsqlStore({ url: `file:${path}` });
    const second = await createLibsqlStore({ url: `file:${path}`, tablePrefix: 'login_' });
    expect(await first.users.find('ada')).not.toBeNull();
    expect(await second.users.find('ada')).toBeNull();
    await first.close();
    await second.close();
  });
});
