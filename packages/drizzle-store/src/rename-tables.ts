import type { Execute } from './engine/engine.js';

/** The name of the migrations table in version 0.1.0. */
export const FORMER_LIST = 'sallyport_migrations';
/** The migration that gave the tables their prefix. */
export const RENAMED = '0008_table_prefix';

/** The table names of 0.1.0; an older database has some of them. */
const FORMER_NAMES = [
  'users',
  'sessions',
  'devices',
  'factors',
  'backup_codes',
  'one_time_tokens',
  'counters',
  'attempts',
  'rate_limits',
  'outbox',
  'events',
];
/** The migrations of 0.1.0. */
const FORMER_TAGS = [
  '0000_accounts',
  '0001_second_factors_and_delivery',
  '0002_profile',
  '0003_maintenance',
  '0004_listing_users',
  '0005_throttling',
  '0006_lighter_store',
  '0007_drop_search_text',
];

/**
 * Gives the tables of 0.1.0 their prefix and keeps their rows; foreign keys, views and triggers that name them follow. The former
 * migrations table stays and marks everything as applied. Otherwise 0.1.0, started on this database again, would create its
 * tables anew and serve an application without users.
 */
export async function renameTables(execute: Execute, prefix: string): Promise<void> {
  await execute(`INSERT INTO "${prefix}migrations" SELECT tag, applied_at FROM ${FORMER_LIST}`, []);
  for (const name of prefix === '' ? [] : await listTables(execute)) {
    await execute(`ALTER TABLE "${name}" RENAME TO "${prefix}${name}"`, []);
    await renameIndexes(execute, { prefix, name });
  }
  for (const tag of [...FORMER_TAGS, RENAMED]) await execute(`INSERT OR IGNORE INTO ${FORMER_LIST} VALUES (?, ?)`, [tag, Date.now()]);
}

async function listTables(execute: Execute): Promise<readonly string[]> {
  const rows = await execute("SELECT name FROM sqlite_master WHERE type = 'table'", []);
  const present = new Set(rows.map(([name]) => name));
  return FORMER_NAMES.filter((name) => present.has(name));
}

interface Renamed {
  readonly prefix: string;
  /** The table's former name. */
  readonly name: string;
}

/** Indexes and tables share one namespace. SQLite cannot rename an index, so it is created again. */
async function renameIndexes(execute: Execute, { prefix, name }: Renamed): Promise<void> {
  const indexes = await execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", [
    `${prefix}${name}`,
  ]);
  for (const [index, sql] of indexes) {
    // An index that the application has added keeps its name.
    if (typeof index !== 'string' || typeof sql !== 'string' || !index.startsWith(`${name}_`)) continue;
    await execute(`DROP INDEX "${index}"`, []);
    await execute(sql.replace(/^(CREATE (?:UNIQUE )?INDEX )[`"]?\w+[`"]?/, `$1"${prefix}${index}"`), []);
  }
}
