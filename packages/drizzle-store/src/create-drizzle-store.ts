import type { AuthStore } from '@sallyport/core';
import { createClientEngine, type LibsqlClient } from './engine/client-engine.js';
import { migrate } from './migrate.js';
import { hasMethods, orAwait, refuse, requireFlag, requireOptions, requireWait } from './refuse.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from './table-prefix.js';

/** A database opened by `drizzle-orm/libsql`. */
export interface LibsqlDrizzle {
  readonly $client: LibsqlClient;
}

export interface DrizzleStoreOptions {
  /** Prefix of the table names. Default: `auth_`. */
  readonly tablePrefix?: string | undefined;
  /** Whether to run migrations. Default: `true`. */
  readonly migrate?: boolean | undefined;
  /**
   * How long a call may wait for its turn and for other processes, in milliseconds. Then it fails with `STORE_UNAVAILABLE`.
   * Default: 5000.
   */
  readonly waitMs?: number | undefined;
}

/**
 * The store in a database that the application has opened with Drizzle and closes itself. Queries bypass the application's
 * Drizzle logger and cache, since their parameters include hashes. A client of a local file reconnects when another process has
 * locked the file; this ends transactions that the application has open on it. Throws `ConfigError` for a database of another
 * driver.
 */
export async function createDrizzleStore(db: LibsqlDrizzle, options: DrizzleStoreOptions = {}): Promise<AuthStore> {
  requireOptions(options, "{ tablePrefix: 'auth_' }");
  const migrates = requireFlag('migrate', { given: options.migrate, otherwise: true });
  const waitMs = requireWait(options.waitMs);
  const tablePrefix = requirePrefix(options.tablePrefix ?? DEFAULT_PREFIX);
  const engine = createClientEngine({ client: clientOf(db), waitMs, closeClient: false });
  if (migrates) await migrate(engine, { tablePrefix, waitMs });
  return createStore({ engine, tablePrefix, waitMs });
}

/** Callers without types need this check: databases of all drivers look alike. */
function clientOf(db: LibsqlDrizzle): LibsqlClient {
  const client: unknown = Reflect.get(Object(db), '$client');
  if (hasMethods(client, ['execute', 'transaction', 'reconnect', 'close'])) return db.$client;
  const isPostgres = hasMethods(client, ['connect', 'end']);
  const hint = isPostgres ? ' (for node-postgres: createDrizzlePostgresStore of @sallyport/drizzle-store/postgres)' : '';
  throw refuse('db', orAwait(db, `must be a database of drizzle-orm/libsql with @libsql/client 0.18${hint}`));
}
