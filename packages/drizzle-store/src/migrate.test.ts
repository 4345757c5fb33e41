import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@libsql/client';
import { aUser } from '@sallyport/core/testing';
import { drizzle } from 'drizzle-orm/libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { openConnection } from './engine/native-connection.js';
import { createDrizzleStore, createLibsqlStore } from './index.js';
import { readMigrations } from './migrate.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-migrate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);
const migrations = await readMigrations();

/** Tables and indexes, as SQLite has them. */
function shapeOf(path: string): unknown[] {
  const connection = openConnection({ path, synchronous: 'normal' });
  const rows = connection.execute('SELECT type, name, sql FROM sqlite_master ORDER BY type, name', []);
  connection.close();
  return rows;
}

describe('the migrations', () => {
  it('lead to what the schema says', () => {
    const here = new URL('..', import.meta.url).pathname;
    const out = join(folder, 'generated');
    cpSync(join(here, 'drizzle'), out, { recursive: true });
    const before = readdirSync(out, { recursive: true });
    const config = join(folder, 'drizzle.config.json');
    writeFileSync(config, JSON.stringify({ dialect: 'sqlite', schema: join(here, 'src/schema.ts'), out }));
    const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
    execFileSync(process.execPath, [kit, 'generate', `--config=${config}`], { cwd: here, stdio: 'pipe' });
    expect(readdirSync(out, { recursive: true })).toEqual(before);
  });

  it('are all there, and change tables in place', () => {
    const files = readdirSync(new URL('../drizzle/', import.meta.url)).filter((name) => name.endsWith('.sql'));
    expect(migrations.map(({ tag }) => `${tag}.sql`)).toEqual(files.toSorted());
    for (const name of files) {
      const sql = readFileSync(new URL(`../drizzle/${name}`, import.meta.url), 'utf8');
      // They run in a transaction, where foreign keys cannot be put off: a table that is dropped to be
      // built anew would take with it whatever refers to it. Nothing refers to one-time tokens.
      expect(sql).not.toMatch(/DROP TABLE (?!`one_time_tokens`)|PRAGMA/i);
    }
  });

  it.each(migrations.map((_, count) => count))('bring a database of %i migrations up to date', async (count) => {
    const path = pathOf(`from-${count}`);
    const fresh = pathOf('fresh');
    await (await createLibsqlStore({ url: `file:${fresh}` })).close();
    const earlier = openConnection({ path, synchronous: 'normal' });
    if (count > 0) earlier.execute('CREATE TABLE sallyport_migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)', []);
    for (const { tag, statements } of migrations.slice(0, count)) {
      for (const statement of statements) earlier.execute(statement, []);
      earlier.execute('INSERT INTO sallyport_migrations VALUES (?, 0)', [tag]);
    }
    earlier.close();
    const store = await createLibsqlStore({ url: `file:${path}` });
    expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
    await store.close();
    expect(shapeOf(path)).toEqual(shapeOf(fresh));
  });

  it('let users of before them be found like later ones', async () => {
    const path = pathOf('found');
    const earlier = openConnection({ path, synchronous: 'normal' });
    earlier.execute('CREATE TABLE sallyport_migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)', []);
    for (const { tag, statements } of migrations.slice(0, 2)) {
      for (const statement of statements) earlier.execute(statement, []);
      earlier.execute('INSERT INTO sallyport_migrations VALUES (?, 0)', [tag]);
    }
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

  it('run once, however many open a fresh file at the same moment', async () => {
    const url = `file:${pathOf('together')}`;
    const stores = await Promise.all([
      ...Array.from({ length: 8 }, async () => createLibsqlStore({ url })),
      ...Array.from({ length: 4 }, async () => createDrizzleStore(drizzle(createClient({ url, timeout: 100 })))),
    ]);
    for (const store of stores) expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
    for (const store of stores) await store.close();
  });

  it('are not run again by one who had to wait while another ran them', async () => {
    const url = `file:${pathOf('waiting')}`;
    const other = openConnection({ path: pathOf('waiting'), synchronous: 'normal' });
    other.execute('BEGIN IMMEDIATE', []);
    const opening = [createLibsqlStore({ url }), createLibsqlStore({ url })];
    await sleep(50);
    other.execute('COMMIT', []);
    other.close();
    for (const store of await Promise.all(opening)) {
      expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
      await store.close();
    }
  });

  it('leave a database alone that has tables of their names', async () => {
    const path = pathOf('taken');
    const connection = openConnection({ path, synchronous: 'normal' });
    connection.execute('CREATE TABLE users (id INTEGER)', []);
    connection.close();
    await expect(createLibsqlStore({ url: `file:${path}` })).rejects.toThrow('users');
    expect(shapeOf(path)).toHaveLength(1);
  });
});
