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
import { openConnection } from './engine/open-connection.test-kit.js';
import { shapeOf } from './former-database.test-kit.js';
import { createDrizzleStore, createLibsqlStore } from './index.js';
import { MIGRATIONS } from './migrations.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-migrate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pathOf = (name: string) => join(folder, `${name}.db`);
const here = new URL('..', import.meta.url).pathname;

describe('the migrations', () => {
  it('lead to the tables of the schema', () => {
    const out = join(folder, 'generated');
    cpSync(join(here, 'drizzle'), out, { recursive: true });
    const before = readdirSync(out, { recursive: true });
    const config = join(folder, 'drizzle.config.json');
    writeFileSync(config, JSON.stringify({ dialect: 'sqlite', schema: join(here, 'drizzle.tables.ts'), out }));
    const kit = join(dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
    execFileSync(process.execPath, [kit, 'generate', `--config=${config}`], { cwd: here, stdio: 'pipe' });
    expect(readdirSync(out, { recursive: true })).toEqual(before);
  });

  it('are the same in the code and in the folder', () => {
    const script = join(here, '../../scripts/make-migrations.mjs');
    const made = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
    expect(readFileSync(join(here, 'src/migrations.ts'), 'utf8')).toBe(made);
    const files = readdirSync(join(here, 'drizzle')).filter((name) => name.endsWith('.sql'));
    expect(MIGRATIONS.map(({ tag }) => `${tag}.sql`)).toEqual(files.toSorted());
  });

  it('change tables in place, and name only tables and indexes with the prefix', () => {
    for (const statement of MIGRATIONS.flatMap(({ statements }) => statements('xyz_'))) {
      // They run in a transaction, where foreign keys cannot be deferred: dropping a table to rebuild it would
      // delete the rows that reference it. No table references one-time tokens.
      expect(statement).not.toMatch(/DROP TABLE (?!"xyz_one_time_tokens")|PRAGMA|auth_/i);
      const named = statement.match(/(?<=\b(TABLE|INDEX|INTO|FROM|ON|REFERENCES|RENAME TO) )"\w+"/g) ?? [];
      expect(named.filter((name) => !/^"(__new_)?xyz_/.test(name))).toEqual([]);
    }
  });

  it('run once if several processes open a new file concurrently', async () => {
    const url = `file:${pathOf('together')}`;
    const stores = await Promise.all([
      ...Array.from({ length: 8 }, async () => createLibsqlStore({ url })),
      ...Array.from({ length: 4 }, async () => createDrizzleStore(drizzle(createClient({ url, timeout: 100 })))),
    ]);
    for (const store of stores) expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
    for (const store of stores) await store.close();
  });

  it('are not run again by a process that waited for them', async () => {
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
});

describe('the tables', () => {
  it("do not change an application's tables, and refuse a database with tables of their names", async () => {
    const path = pathOf('shared');
    const connection = openConnection({ path, synchronous: 'normal' });
    connection.execute('CREATE TABLE users (id INTEGER)', []);
    connection.execute("INSERT INTO users VALUES (1)", []);
    const store = await createLibsqlStore({ url: `file:${path}` });
    expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
    await store.close();
    expect(connection.execute('SELECT * FROM users', [])).toEqual([[1]]);
    connection.execute('CREATE VIEW login_users AS SELECT 1', []);
    connection.execute('CREATE TABLE login_events (id INTEGER)', []);
    connection.close();
    const before = shapeOf(path);
    await expect(createLibsqlStore({ url: `file:${path}`, tablePrefix: 'login_' })).rejects.toMatchObject({
      issues: [{ path: 'tablePrefix', message: 'the database already has other tables named login_users, login_events' }],
    });
    expect(shapeOf(path)).toEqual(before);
  });

  it('have the configured prefix, which must be safe in a statement', async () => {
    const url = `file:${pathOf('prefixes')}`;
    const client = createClient({ url });
    for (const tablePrefix of ['login_', '']) {
      const store = await createDrizzleStore(drizzle(client), { tablePrefix });
      expect(await store.users.insert(aUser())).toEqual({ kind: 'inserted' });
      await store.close();
    }
    const names = shapeOf(pathOf('prefixes')).map((row) => (Array.isArray(row) ? row[1] : null));
    expect(names).toEqual(expect.arrayContaining(['login_users', 'login_users_role', 'login_migrations', 'users', 'migrations']));
    expect(names.filter((name) => /auth/.test(String(name)))).toEqual([]);
    for (const tablePrefix of ['A', '1a', 'a-', 'a"b', 'sqlite_', 'a'.repeat(31)]) {
      await expect(createLibsqlStore({ url, tablePrefix })).rejects.toMatchObject({ issues: [{ path: 'tablePrefix' }] });
      await expect(createDrizzleStore(drizzle(client), { tablePrefix })).rejects.toMatchObject({ issues: [{ path: 'tablePrefix' }] });
    }
    client.close();
  });
});
