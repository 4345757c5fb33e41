import type { AuthStore } from '@sallyport/core';
import { refuse, requireOptions, requireWait } from '../refuse.js';
import { type DrizzlePostgresStoreOptions, openPostgresStore } from './create-drizzle-postgres-store.js';

export interface PostgresStoreOptions extends DrizzlePostgresStoreOptions {
  /**
   * `postgres://user:password@host:5432/database`, of the server or of a PgBouncer. TLS options are those of `pg`: `sslmode`
   * (`verify-full`, `no-verify`, `disable`), `sslrootcert`, `sslcert` and `sslkey` (file paths).
   */
  readonly url: string | undefined;
  /** The maximum number of open connections. Default: 10. */
  readonly maxConnections?: number | undefined;
}

/** Opens a pool of connections and runs migrations. Needs the package `pg`. Throws `ConfigError`. */
export async function createPostgresStore(options: PostgresStoreOptions): Promise<AuthStore> {
  requireOptions(options);
  const { maxConnections = 10 } = options;
  const waitMs = requireWait(options.waitMs);
  if (!Number.isInteger(maxConnections) || maxConnections < 1) throw refuse('maxConnections', 'must be a whole number, at least 1');
  const url = requireUrl(options.url);
  const { Pool } = await import('pg').catch(() => {
    throw refuse('url', 'needs the package pg for PostgreSQL: npm install pg');
  });
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: waitMs,
    keepAlive: true,
    application_name: 'sallyport',
  });
  // The pool has removed the lost idle connection; the next call opens another.
  pool.on('error', () => undefined);
  try {
    return await openPostgresStore({ pool, closePool: async () => pool.end(), options });
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** The URL contains a password: no message repeats it. */
function requireUrl(url: unknown): string {
  if (typeof url === 'string' && /^postgres(ql)?:\/\//.test(url)) return url;
  throw refuse('url', `must begin with postgres:// or postgresql://${url === undefined ? '; it is undefined: is the environment variable set?' : ''}`);
}
