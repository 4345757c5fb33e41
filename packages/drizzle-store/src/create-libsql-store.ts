import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuthStore, StoreNotice } from '@sallyport/core';
import { createClientEngine, type LibsqlClient } from './engine/client-engine.js';
import type { Engine } from './engine/engine.js';
import type { Synchronous } from './engine/native-connection.js';
import { openNativeEngine } from './engine/native-engine.js';
import { migrate } from './migrate.js';
import { refuse, requireFlag, requireOptions, requireWait } from './refuse.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from './table-prefix.js';

export interface LibsqlStoreOptions {
  /** `file:./dev.db` for a file, or the `libsql:`, `https:`, `http:`, `wss:` or `ws:` address of a server. */
  readonly url: string | undefined;
  /** The token that the server requires. */
  readonly authToken?: string | undefined;
  /**
   * How durable a commit to a file is. With `normal`, no commit is lost if the process crashes; a power failure can lose the
   * last commits, but does not corrupt the file. With `full`, no commit is lost in a power failure either; it is about four times slower.
   * Default: `normal`. A server decides this itself.
   */
  readonly synchronous?: Synchronous | undefined;
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
 * Opens the database, creates the file if there is none, and runs migrations. Throws `ConfigError` for a problem that the
 * operator can fix, and `AuthError('STORE_UNAVAILABLE')` if the database does not answer.
 */
export async function createLibsqlStore(options: LibsqlStoreOptions): Promise<AuthStore> {
  requireOptions(options);
  const migrates = requireFlag('migrate', { given: options.migrate, otherwise: true });
  const waitMs = requireWait(options.waitMs);
  requireSynchronous(options.synchronous);
  const url = requireUrl(options.url);
  const tablePrefix = requirePrefix(options.tablePrefix ?? DEFAULT_PREFIX);
  const { engine, notices } = url.startsWith('file:') ? await openFile(url, options, waitMs) : await openServer(url, options, waitMs);
  try {
    if (migrates) await migrate(engine, { tablePrefix, waitMs });
  } catch (error) {
    await engine.close();
    throw error;
  }
  return createStore({ engine, tablePrefix, waitMs, notices });
}

interface Opened {
  readonly engine: Engine;
  readonly notices: readonly StoreNotice[];
}

async function openFile(url: string, { synchronous = 'normal' }: LibsqlStoreOptions, waitMs: number): Promise<Opened> {
  const path = pathOf(url);
  const engine = await openNativeEngine({ path, synchronous, waitMs });
  // A relative path may resolve to an unintended file; accounts then seem to be gone.
  const notices = engine.isNew ? [{ message: 'there was no database file, so a new one was created', fields: { file: path } }] : [];
  return { engine, notices };
}

async function openServer(url: string, { authToken }: LibsqlStoreOptions, waitMs: number): Promise<Opened> {
  const { createClient } = await import('@libsql/client').catch(() => {
    throw refuse('url', 'needs the package @libsql/client for a database on a server: npm install @libsql/client');
  });
  const client: LibsqlClient = createClient({ url, ...(authToken === undefined ? {} : { authToken }) });
  return { engine: createClientEngine({ client, waitMs, closeClient: true }), notices: [] };
}

function requireSynchronous(given: unknown): void {
  if (given === undefined || given === 'normal' || given === 'full') return;
  throw refuse('synchronous', "must be 'normal' or 'full'");
}

const KINDS = 'file:, libsql:, https:, http:, wss: or ws:';

function requireUrl(url: unknown): string {
  if (typeof url !== 'string' || url.trim() === '') {
    throw refuse('url', `must be a string such as file:./auth.db; it is ${url === undefined ? 'undefined: is the environment variable set?' : 'empty or not a string'}`);
  }
  if (/^postgres(ql)?:/.test(url)) throw refuse('url', `must begin with ${KINDS} (for PostgreSQL, use createPostgresStore of @sallyport/drizzle-store/postgres)`);
  if (!/^(file|libsql|https?|wss?):/.test(url)) throw refuse('url', `must begin with ${KINDS}`);
  return url;
}

/** The absolute path of a `file:` URL, with percent-encoded characters decoded. */
function pathOf(url: string): string {
  if (url.includes(':memory:')) throw refuse('url', 'cannot be a database in memory, which has only one connection: use a file, or createMemoryStore');
  if (/[?#]/.test(url)) throw refuse('url', 'must not contain ? or # for a file: in a file name, write %3F and %23');
  if (/%(?![0-9a-f]{2})/i.test(url)) throw refuse('url', 'contains a % without two hexadecimal digits: in a file name, write %25');
  try {
    return resolve(url.startsWith('file://') ? fileURLToPath(url) : decodeURIComponent(url.slice('file:'.length)));
  } catch {
    throw refuse('url', 'is not a valid file URL: write file:./relative.db or file:///absolute.db, and percent-encode in UTF-8');
  }
}
