import { getTableName } from 'drizzle-orm';
import type { Execute } from './connection/connection.js';
import { createConnections } from './connection/connections.js';
import { DatabaseFault, publicErrorOf } from './connection/faults.js';
import type { PostgresPool } from './connection/pool.js';
import { MIGRATIONS } from './migrations/migrations.js';
import type { Migration } from '../migration.js';
import { refuse } from '../refuse.js';
import type { PostgresSchema } from './schema.js';

/** How long to wait for another process that is migrating, in milliseconds. It may be working on a large table. */
const LOCK_TIMEOUT_MS = 600_000;

const OLDEST_VERSION = 13;

export interface MigrateOptions {
  /** Timeout for getting a connection, in milliseconds. */
  readonly connectMs: number;
  readonly schema: PostgresSchema;
  readonly tablePrefix: string;
}

/** Runs the pending migrations, all or none. If several processes start at once, one migrates and the others wait. */
export async function migrate(pool: PostgresPool, options: MigrateOptions): Promise<void> {
  const { connectMs, tablePrefix } = options;
  const quickly = createConnections({ pool, connectMs, answerMs: connectMs });
  const patiently = createConnections({ pool, connectMs, answerMs: LOCK_TIMEOUT_MS });
  try {
    // Check without the lock first: usually there is nothing to do.
    const isDone = await quickly(async ({ execute }) => {
      await requireVersion(execute);
      return (await listPending(execute, tablePrefix)).length === 0;
    });
    if (isDone) return;
    await patiently(async ({ execute, transaction }) => transaction(async () => applyPending(execute, options)));
  } catch (error) {
    throw error instanceof DatabaseFault ? publicErrorOf(error, 'migrate') : error;
  }
}

async function applyPending(execute: Execute, { schema, tablePrefix }: MigrateOptions): Promise<void> {
  // A transaction-level lock: behind PgBouncer the connection may be used by another client next.
  await execute('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text', [`sallyport migrations ${tablePrefix}`]);
  await execute(`CREATE TABLE IF NOT EXISTS ${tablePrefix}migrations (tag text PRIMARY KEY, applied_at timestamptz NOT NULL)`, []);
  // Check again under the lock: another process may have been first.
  const pending = await listPending(execute, tablePrefix);
  if (pending.length === MIGRATIONS.length) await requireFreeNames(execute, schema);
  for (const { tag, statements } of pending) {
    for (const statement of statements(tablePrefix)) await execute(statement, []);
    await execute(`INSERT INTO ${tablePrefix}migrations VALUES ($1, now())`, [tag]);
  }
}

async function listPending(execute: Execute, tablePrefix: string): Promise<readonly Migration[]> {
  const applied = await listApplied(execute, tablePrefix);
  return MIGRATIONS.filter(({ tag }) => !applied.includes(tag));
}

/** The tags of the applied migrations. */
export async function listApplied(execute: Execute, tablePrefix: string): Promise<readonly string[]> {
  const [[table] = []] = await execute('SELECT to_regclass($1)::text', [`${tablePrefix}migrations`]);
  if (table === null) return [];
  const rows = await execute(`SELECT tag FROM ${tablePrefix}migrations`, []);
  return rows.map(([tag]) => String(tag));
}

/** Why the server is too old for the store; `undefined` if it is not. */
export async function whyUnsupported(execute: Execute): Promise<string | undefined> {
  const [[number] = []] = await execute('SHOW server_version_num', []);
  const version = Math.floor(Number(number) / 10_000);
  return version >= OLDEST_VERSION ? undefined : `PostgreSQL ${version} is older than ${OLDEST_VERSION}`;
}

async function requireVersion(execute: Execute): Promise<void> {
  const reason = await whyUnsupported(execute);
  if (reason !== undefined) throw refuse('url', `the store does not work with this server: ${reason}`);
}

/** Throws if the application has tables with the store's names. */
async function requireFreeNames(execute: Execute, schema: PostgresSchema): Promise<void> {
  const names = Object.values(schema).map((table) => getTableName(table));
  const rows = await execute('SELECT name FROM json_array_elements_text($1::json) AS name WHERE to_regclass(name) IS NOT NULL', [
    JSON.stringify(names),
  ]);
  if (rows.length === 0) return;
  const taken = rows.map(([name]) => String(name)).join(', ');
  throw refuse('tablePrefix', `the database already has other tables named ${taken}`);
}
