import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openConnection } from './engine/open-connection.test-kit.js';
import { createLibsqlStore } from './index.js';
import { createPostgresStore } from './postgres/create-postgres-store.js';
import { createTestDatabase, whyNoServer } from './postgres/server.test-kit.js';
import type { Statement } from './postgres/statements.test-kit.js';

const missing = await whyNoServer();

const FOLDER = new URL('../released/', import.meta.url);

/** The queries of earlier versions, by the last migration of each version. */
function released<Query>(database: string): readonly (readonly [string, readonly Query[]])[] {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith(`${database}-`));
  return files.map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as readonly Query[]]);
}

/** Required columns that the INSERT does not name. */
function leftOut(statement: string, required: (table: string) => readonly string[]): readonly string[] {
  const [, table, list = ''] = /^insert into "(\w+)" \(([^)]*)\)/i.exec(statement) ?? [];
  const named = list.split(', ').map((column) => column.replaceAll('"', ''));
  return table === undefined ? [] : required(table).filter((column) => !named.includes(column));
}

describe('the queries of earlier versions, while processes of both run', () => {
  it.each(released<string>('sqlite'))('work on the tables of this version on SQLite: %s', async (_, statements) => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-released-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'a.db');
    await (await createLibsqlStore({ url: `file:${path}` })).close();
    const connection = openConnection({ path, synchronous: 'normal' });
    const required = (table: string) =>
      connection
        .execute('SELECT name FROM pragma_table_info(?) WHERE "notnull" AND dflt_value IS NULL', [table])
        .map(([name]) => String(name));
    expect(statements.length).toBeGreaterThan(100);
    const failures = statements.flatMap((statement) => {
      const params = Array<null>((statement.match(/\?/g) ?? []).length).fill(null);
      try {
        connection.execute(`EXPLAIN ${statement}`, params);
        return leftOut(statement, required).map((column) => `${column} is left out: ${statement}`);
      } catch (error) {
        return [`${String(error)}: ${statement}`];
      }
    });
    expect(failures).toEqual([]);
    expect(leftOut('insert into "auth_users" ("id") values (?)', required)).toContain('email');
    connection.close();
  });

  it.skipIf(missing !== null).each(released<Statement>('postgres'))('work on the tables of this version on PostgreSQL: %s', async (_, statements) => {
    const database = await createTestDatabase();
    await (await createPostgresStore({ url: database.url })).close();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    onTestFinished(async () => {
      await client.end();
      await database.drop();
    });
    const { rows } = await client.query<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
       WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL`,
    );
    const required = (table: string) => rows.filter((row) => row.table === table).map(({ column }) => column);
    expect(statements.length).toBeGreaterThan(100);
    const failures: string[] = [];
    for (const { text, params } of statements) {
      await client.query(`EXPLAIN ${text}`, [...params]).catch((error: unknown) => void failures.push(`${String(error)}: ${text}`));
      failures.push(...leftOut(text, required).map((column) => `${column} is left out: ${text}`));
    }
    expect(failures).toEqual([]);
    expect(leftOut('insert into "auth_users" ("id") values ($1)', required)).toContain('email');
  });
});
