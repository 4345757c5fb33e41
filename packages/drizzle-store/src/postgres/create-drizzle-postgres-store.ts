import type { AuthStore } from '@sallyport/core';
import type { PostgresPool } from './connection/pool.js';
import { migrate } from './migrate.js';
import { createSchema } from './schema.js';
import { hasMethods, orAwait, refuse } from '../refuse.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from '../table-prefix.js';

/** A database that `drizzle-orm/node-postgres` has opened on a `Pool` of `pg`. */
export interface PostgresDrizzle {
  readonly $client: PostgresPool;
}

export interface DrizzlePostgresStoreOptions {
  /** What the names of the tables begin with. Default: `auth_`. */
  readonly tablePrefix?: string | undefined;
  /** Whether to bring the tables up to date. Default: `true`. */
  readonly migrate?: boolean | undefined;
  /** Milliseconds that a call waits for a connection, and a statement for its answer. Then: `STORE_UNAVAILABLE`. Default: 5000. */
  readonly waitMs?: number | undefined;
}

/**
 * The store in a database that the application has opened with Drizzle, and closes itself. Its queries are not seen by
 * the application's Drizzle logger and cache, since they bind hashes. The pool needs a listener for `error`, as every
 * pool of `pg` does, or a connection that is lost while idle ends the process. Throws `ConfigError` for a database of another
 * driver.
 */
export async function createDrizzlePostgresStore(
  db: PostgresDrizzle,
  options: DrizzlePostgresStoreOptions = {},
): Promise<AuthStore> {
  return openPostgresStore({ pool: poolOf(db), closePool: async () => undefined, options });
}

/** Types say nothing where a caller has none, and databases of all drivers look alike. */
function poolOf(db: PostgresDrizzle): PostgresPool {
  const client: unknown = Reflect.get(Object(db), '$client');
  // A single connection of `pg` has these methods too, and one more.
  if (hasMethods(client, ['connect', 'end']) && !hasMethods(client, ['getTypeParser'])) return db.$client;
  throw refuse('db', orAwait(db, 'has to be a database of drizzle-orm/node-postgres on a Pool of pg, as in drizzle(new Pool({ connectionString }))'));
}

export interface OpenPostgresStore {
  readonly pool: PostgresPool;
  readonly closePool: () => Promise<void>;
  readonly options: DrizzlePostgresStoreOptions;
}

export async function openPostgresStore({ pool, closePool, options }: OpenPostgresStore): Promise<AuthStore> {
  const { migrate: migrates = true, waitMs = 5000 } = options;
  const tablePrefix = requirePrefix(options.tablePrefix ?? DEFAULT_PREFIX);
  const schema = createSchema(tablePrefix);
  if (migrates) await migrate(pool, { schema, tablePrefix, connectMs: waitMs });
  return createStore({ pool, schema, tablePrefix, waitMs, closePool });
}
