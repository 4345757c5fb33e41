import type { AuthStore } from '@sallyport/core';
import type { PostgresPool } from './connection/pool.js';
import { migrate } from './migrate.js';
import { createSchema } from './schema.js';
import { hasMethods, orAwait, refuse, requireFlag, requireOptions, requireWait } from '../refuse.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from '../table-prefix.js';

/** A database opened by `drizzle-orm/node-postgres` on a `Pool` of `pg`. */
export interface PostgresDrizzle {
  readonly $client: PostgresPool;
}

export interface DrizzlePostgresStoreOptions {
  /** Prefix of the table names. Default: `auth_`. */
  readonly tablePrefix?: string | undefined;
  /** Whether to run migrations. Default: `true`. */
  readonly migrate?: boolean | undefined;
  /** Timeout in milliseconds for getting a connection, and for each statement. Then: `STORE_UNAVAILABLE`. Default: 5000. */
  readonly waitMs?: number | undefined;
}

/**
 * The store in a database that the application has opened with Drizzle and closes itself. Queries bypass the application's
 * Drizzle logger and cache, since their parameters include hashes. The pool needs an `error` listener, as every pool of `pg`
 * does: without one, an idle connection that is lost ends the process. Throws `ConfigError` for a database of another driver.
 */
export async function createDrizzlePostgresStore(
  db: PostgresDrizzle,
  options: DrizzlePostgresStoreOptions = {},
): Promise<AuthStore> {
  return openPostgresStore({ pool: poolOf(db), closePool: async () => undefined, options });
}

/** Callers without types need this check: databases of all drivers look alike. */
function poolOf(db: PostgresDrizzle): PostgresPool {
  const client: unknown = Reflect.get(Object(db), '$client');
  // A single `pg` connection has these methods too, and one more.
  if (hasMethods(client, ['connect', 'end']) && !hasMethods(client, ['getTypeParser'])) return db.$client;
  throw refuse('db', orAwait(db, 'must be a database of drizzle-orm/node-postgres on a Pool of pg, as in drizzle(new Pool({ connectionString }))'));
}

export interface OpenPostgresStore {
  readonly pool: PostgresPool;
  readonly closePool: () => Promise<void>;
  readonly options: DrizzlePostgresStoreOptions;
}

export async function openPostgresStore({ pool, closePool, options }: OpenPostgresStore): Promise<AuthStore> {
  requireOptions(options, "{ tablePrefix: 'auth_' }");
  const migrates = requireFlag('migrate', { given: options.migrate, otherwise: true });
  const waitMs = requireWait(options.waitMs);
  const tablePrefix = requirePrefix(options.tablePrefix ?? DEFAULT_PREFIX);
  const schema = createSchema(tablePrefix);
  if (migrates) await migrate(pool, { schema, tablePrefix, connectMs: waitMs });
  return createStore({ pool, schema, tablePrefix, waitMs, closePool });
}
