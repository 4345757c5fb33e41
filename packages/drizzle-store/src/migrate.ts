import { ConfigError } from '@sallyport/core';
import { getTableName } from 'drizzle-orm';
import type { Engine, Execute } from './engine/engine.js';
import { faultOf } from './errors.js';
import { fillSearchName } from './fill-search-name.js';
import type { Migration } from './migration.js';
import { MIGRATIONS } from './migrations.js';
import { refuse } from './refuse.js';
import { FORMER_LIST, RENAMED, renameTables } from './rename-tables.js';
import { createSchema } from './schema.js';

/** Additional steps of a migration beyond its SQL, by its tag. */
const EXTRA_STEPS: Readonly<Record<string, (execute: Execute, tablePrefix: string) => Promise<void>>> = {
  '0006_lighter_store': fillSearchName,
};

export interface MigrateOptions {
  readonly tablePrefix: string;
  /** Milliseconds to wait for other writers. */
  readonly waitMs: number;
}

/** Runs the pending migrations. If several processes open a database at once, one migrates and the others wait. */
export async function migrate(engine: Engine, options: MigrateOptions): Promise<void> {
  try {
    // Check without the lock first: usually there is nothing to do, so no process has to wait.
    if ((await listPending(engine.read, options.tablePrefix)).length > 0) await applyPending(engine, options);
  } catch (error) {
    throw error instanceof ConfigError ? error : faultOf(error, 'migrate');
  }
}

async function applyPending(engine: Engine, { tablePrefix, waitMs }: MigrateOptions): Promise<void> {
  const { write } = engine;
  await engine.begin(performance.now() + waitMs);
  try {
    // Check again under the lock: another process may have been first.
    const pending = await listPending(write, tablePrefix);
    if (pending.length > 0) await apply(write, pending, tablePrefix);
    await engine.commit();
  } catch (error) {
    await engine.rollback();
    throw error;
  }
}

async function apply(execute: Execute, pending: readonly Migration[], tablePrefix: string): Promise<void> {
  const { isUnprefixed, tags } = await readList(execute, tablePrefix);
  if (tags.length === 0 || isUnprefixed) await requireFreeNames(execute, { tablePrefix, isUnprefixed });
  await execute(`CREATE TABLE IF NOT EXISTS "${tablePrefix}migrations" (tag TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)`, []);
  if (isUnprefixed) await renameTables(execute, tablePrefix);
  for (const { tag, statements } of pending) {
    for (const statement of statements(tablePrefix)) await execute(statement, []);
    await EXTRA_STEPS[tag]?.(execute, tablePrefix);
    await execute(`INSERT INTO "${tablePrefix}migrations" VALUES (?, ?)`, [tag, Date.now()]);
  }
}

interface RequireFreeNames {
  readonly tablePrefix: string;
  /** Whether there are tables of this store from before the prefix. */
  readonly isUnprefixed: boolean;
}

/** Throws if the application has tables with the store's names. */
async function requireFreeNames(execute: Execute, { tablePrefix, isUnprefixed }: RequireFreeNames): Promise<void> {
  // The tables already have their final names.
  if (isUnprefixed && tablePrefix === '') return;
  const rows = await execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", []);
  const present = new Set(rows.map(([name]) => name));
  const taken = Object.values(createSchema(tablePrefix))
    .map((table) => getTableName(table))
    .filter((name) => present.has(name));
  if (taken.length === 0) return;
  throw refuse('tablePrefix', `the database already has other tables named ${taken.join(', ')}`);
}

async function listPending(execute: Execute, tablePrefix: string): Promise<readonly Migration[]> {
  const applied = await listApplied(execute, tablePrefix);
  return MIGRATIONS.filter(({ tag }) => !applied.includes(tag));
}

/** The tags of the applied migrations. */
export async function listApplied(execute: Execute, tablePrefix: string): Promise<readonly string[]> {
  return (await readList(execute, tablePrefix)).tags;
}

interface AppliedList {
  readonly tags: readonly string[];
  /** Whether the migration is from before the tables had a prefix. */
  readonly isUnprefixed: boolean;
}

async function readList(execute: Execute, tablePrefix: string): Promise<AppliedList> {
  const own = `${tablePrefix}migrations`;
  const rows = await execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)", [own, FORMER_LIST]);
  const present = rows.map(([name]) => name);
  if (present.includes(own)) return { tags: await readTags(execute, own), isUnprefixed: false };
  const former = present.includes(FORMER_LIST) ? await readTags(execute, FORMER_LIST) : [];
  const isUnprefixed = former.length > 0 && !former.includes(RENAMED);
  return { tags: isUnprefixed ? former : [], isUnprefixed };
}

async function readTags(execute: Execute, list: string): Promise<readonly string[]> {
  const rows = await execute(`SELECT tag FROM "${list}"`, []);
  return rows.map(([tag]) => String(tag));
}
