import { readFile } from 'node:fs/promises';
import { ConfigError } from '@sallyport/core';
import { getTableName } from 'drizzle-orm';
import type { Engine, Execute } from './engine/engine.js';
import { faultOf } from './errors.js';
import { fillSearchName } from './fill-search-name.js';
import * as schema from './schema.js';

/** Seen from `src` and from `dist` alike. */
const FOLDER = new URL('../drizzle/', import.meta.url);

/** What a migration has to do beyond its SQL, by its tag. */
const BESIDE: Readonly<Record<string, (execute: Execute) => Promise<void>>> = { '0006_lighter_store': fillSearchName };

export interface Migration {
  readonly tag: string;
  readonly statements: readonly string[];
}

/** Brings the tables up to date. Of several processes that open a database at once, one does it and the others wait. */
export async function migrate(engine: Engine, waitMs: number): Promise<void> {
  const migrations = await readMigrations();
  try {
    // Without the lock: nearly always there is nothing to do, and nobody needs to wait for that.
    if ((await missing(engine.read, migrations)).length > 0) await apply(engine, migrations, waitMs);
  } catch (error) {
    throw error instanceof ConfigError ? error : faultOf(error, 'migrate');
  }
}

/** The migrations that this version comes with, in order. */
export async function readMigrations(): Promise<readonly Migration[]> {
  const journal: unknown = JSON.parse(await readFile(new URL('meta/_journal.json', FOLDER), 'utf8'));
  return Promise.all(
    tagsOf(journal).map(async (tag) => {
      const text = await readFile(new URL(`${tag}.sql`, FOLDER), 'utf8');
      return { tag, statements: text.split('--> statement-breakpoint') };
    }),
  );
}

async function apply(engine: Engine, migrations: readonly Migration[], waitMs: number): Promise<void> {
  await engine.begin(performance.now() + waitMs);
  try {
    await engine.write('CREATE TABLE IF NOT EXISTS sallyport_migrations (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)', []);
    // Asked again, since another process may have been first.
    const due = await missing(engine.write, migrations);
    if (due.length === migrations.length) await demandNoStrangers(engine.write);
    for (const { tag, statements } of due) {
      for (const statement of statements) await engine.write(statement, []);
      await BESIDE[tag]?.(engine.write);
      await engine.write('INSERT INTO sallyport_migrations VALUES (?, ?)', [tag, Date.now()]);
    }
    await engine.commit();
  } catch (error) {
    await engine.rollback();
    throw error;
  }
}

/** Tables of the application with our names are not ours to use. */
async function demandNoStrangers(execute: Engine['write']): Promise<void> {
  const rows = await execute("SELECT name FROM sqlite_master WHERE type = 'table'", []);
  const present = new Set(rows.map(([name]) => name));
  const taken = Object.values(schema)
    .map((table) => getTableName(table))
    .filter((name) => present.has(name));
  if (taken.length > 0) {
    throw new ConfigError([{ path: 'store', message: `the database has tables of its own called ${taken.join(', ')}` }]);
  }
}

async function missing(execute: Engine['read'], migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const applied = await readApplied(execute);
  return migrations.filter(({ tag }) => !applied.includes(tag));
}

/** The names of the migrations that the database has had. */
export async function readApplied(execute: Execute): Promise<readonly string[]> {
  const table = await execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'sallyport_migrations'", []);
  if (table.length === 0) return [];
  const rows = await execute('SELECT tag FROM sallyport_migrations', []);
  return rows.map(([tag]) => String(tag));
}

function tagsOf(journal: unknown): string[] {
  const entries = isRecord(journal) && Array.isArray(journal['entries']) ? journal['entries'] : [];
  return entries.flatMap((entry: unknown) => (isRecord(entry) && typeof entry['tag'] === 'string' ? [entry['tag']] : []));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
