// The databases that the benchmarks run on: a new SQLite file, and a new database on the PostgreSQL server of TEST_POSTGRES_URL if it is set.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuthStore } from '@sallyport/core';
import { createLibsqlStore } from '@sallyport/drizzle-store';
import { createPostgresStore } from '@sallyport/drizzle-store/postgres';
import SqliteConnection from 'libsql';
import pg from 'pg';
import { copyUsersStatement } from './copy-users.js';

export interface Database {
  readonly name: string;
  readonly create: () => Promise<OpenDatabase>;
}

export interface OpenDatabase {
  readonly store: AuthStore;
  /** Copies the only user until there are this many, and leaves the database as it is when it has been at rest. */
  readonly copyUsers: (users: number) => Promise<void>;
  readonly bytes: () => Promise<number>;
  /** Each table with its rows and its size in bytes, indexes included. */
  readonly tables: () => Promise<readonly TableSize[]>;
  readonly drop: () => Promise<void>;
}

export interface TableSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

export function databases(): readonly Database[] {
  return [SQLITE, ...(process.env['TEST_POSTGRES_URL'] === undefined ? [] : [POSTGRES])];
}

const SQLITE: Database = {
  name: 'SQLite file',
  async create() {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
    const path = join(folder, 'bench.db');
    return {
      store: await createLibsqlStore({ url: `file:${path}` }),
      copyUsers: async (users) => copyUsersInFile(path, users),
      bytes: async () => statSync(path).size,
      tables: async () => tablesOfFile(path),
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

interface NamedSize {
  readonly name: string;
  readonly bytes: number;
}

function tablesOfFile(path: string): readonly TableSize[] {
  const connection = new SqliteConnection(path, { readonly: true });
  const sizes = connection
    .prepare('SELECT s.tbl_name AS name, sum(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name GROUP BY s.tbl_name')
    .all() as readonly NamedSize[];
  const counted = sizes.map(({ name, bytes }) => {
    const { rows } = connection.prepare(`SELECT count(*) AS rows FROM "${name}"`).get() as Pick<TableSize, 'rows'>;
    return { table: name, rows, bytes };
  });
  connection.close();
  return counted;
}

function copyUsersInFile(path: string, users: number): void {
  const connection = new SqliteConnection(path);
  const columns = (connection.prepare('PRAGMA table_info(auth_users)').all() as readonly Pick<NamedSize, 'name'>[]).map(({ name }) => name);
  const prefix = `WITH RECURSIVE series(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM series WHERE at < ${users - 1})`;
  connection.exec(copyUsersStatement({ columns, prefix, series: 'series', id: `printf('01%024d', series.at * 7919 % 1000003)` }));
  connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  connection.close();
}

const POSTGRES: Database = {
  name: 'PostgreSQL',
  async create() {
    const address = process.env['TEST_POSTGRES_URL'] ?? '';
    const database = `sallyport_bench_${randomBytes(6).toString('hex')}`;
    await ask(address, `CREATE DATABASE ${database}`);
    const url = new URL(address);
    url.pathname = `/${database}`;
    return {
      store: await createPostgresStore({ url: url.href }),
      copyUsers: async (users) => copyUsersOnServer(url.href, users),
      bytes: async () => Number((await ask(address, `SELECT pg_database_size('${database}') AS bytes`))[0]?.['bytes']),
      tables: async () => tablesOfServer(url.href),
      drop: async () => void (await ask(address, `DROP DATABASE ${database} WITH (FORCE)`)),
    };
  },
};

async function copyUsersOnServer(connectionString: string, users: number): Promise<void> {
  const named = await ask(
    connectionString,
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'auth_users' AND is_generated = 'NEVER'`,
  );
  const columns = named.map(({ name }) => String(name));
  const id = `'01' || lpad((series.at::bigint * 7919 % 1000003)::text, 24, '0')`;
  await ask(connectionString, copyUsersStatement({ columns, series: `generate_series(1, ${users - 1}) AS series(at)`, id }));
  // Autovacuum would run during the measurement.
  await ask(connectionString, 'VACUUM ANALYZE');
  await ask(connectionString, 'CHECKPOINT');
}

async function tablesOfServer(connectionString: string): Promise<readonly TableSize[]> {
  await ask(connectionString, 'VACUUM ANALYZE');
  const sizes = await ask(
    connectionString,
    `SELECT relname AS name, reltuples AS rows, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relkind = 'r' AND relname LIKE 'auth_%'`,
  );
  return sizes.map(({ name, rows, bytes }) => ({ table: String(name), rows: Number(rows), bytes: Number(bytes) }));
}

async function ask(connectionString: string, statement: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
