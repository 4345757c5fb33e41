import type { AuthStore } from '@sallyport/core';
import { createClientEngine, type LibsqlClient } from './engine/client-engine.js';
import { migrate } from './migrate.js';
import { hasMethods, orAwait, refuse } from './refuse.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from './table-prefix.js';

/** A database that `drizzle-orm/libsql` opened. */
export interface LibsqlDrizzle {
  readonly $client: LibsqlClient;
}

export interface DrizzleStoreOptions {
  /** What the names of the tables begin with. Default: `auth_`. */
  readonly tablePrefix?: string | undefined;
  /** Whether to bring the tables up to date. Default: `true`. */
  readonly migrate?: boolean | undefined;
  /** Milliseconds that a call may wait for its turn, other processes included. Then: `STORE_UNAVAILABLE`. Default: 5000. */
  readonly waitMs?: number | undefined;
}

/**
 * The store in a database that the application has opened with Drizzle, and closes itself. Queries go past the
 * application's Drizzle logger and cache, since they bind hashes. A client of a local file is
 * reconnected when another process has it locked, which ends transactions that the application has open on it.
 * Throws `ConfigError` for a database of another driver.
 */
export async function createDrizzleStore(db: LibsqlDrizzle, options: DrizzleStoreOptions = {}): Promise<AuthStore> {
  const { migrate: migrates = true, waitMs = 5000 } = options;
  const tablePrefix = requirePrefix(options.tablePrefix ?? DEFAULT_PREFIX);
  const engine = createClientEngine({ client: clientOf(db), waitMs, closeClient: false });
  if (migrates) await migrate(engine, { tablePrefix, waitMs });
  return createStore({ engine, tablePrefix, waitMs });
}

/** Types say nothing where a caller has none, and databases of all drivers look alike. */
function clientOf(db: LibsqlDrizzle): LibsqlClient {
  const client: unknown = Reflect.get(Object(db), '$client');
  if (hasMethods(client, ['execute', 'transaction', 'reconnect', 'close'])) return db.$client;
  const isPostgres = hasMethods(client, ['connect', 'end']);
  const hint = isPostgres ? ' (for node-postgres: createDrizzlePostgresStore of @sallyport/drizzle-store/postgres)' : '';
  throw refuse('db', orAwait(db, `has to be a database of drizzle-orm/libsql with @libsql/client 0.18${hint}`));
}
