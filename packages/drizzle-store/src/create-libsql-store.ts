import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuthStore, StoreNotice } from '@sallyport/core';
import { createClientEngine, type LibsqlClient } from './engine/client-engine.js';
import type { Engine } from './engine/engine.js';
import type { Synchronous } from './engine/native-connection.js';
import { openNativeEngine } from './engine/native-engine.js';
import { migrate } from './migrate.js';
import { refuse } from './refuse.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from './table-prefix.js';

export interface LibsqlStoreOptions {
  /** `file:./dev.db` for a file, or the `libsql:`, `https:`, `http:`, `wss:` or `ws:` address of a server. */
  readonly url: string | undefined;
  /** What the server asks for. */
  readonly authToken?: string | undefined;
  /**
   * How safe a commit to a file is. `normal` survives the end of the process, however sudden; a power failure can take
   * the last commits with it, and leaves the file whole. `full` survives that too, and is some four times slower.
   * Default: `normal`. A server decides this itself.
   */
  readonly synchronous?: Synchronous | undefined;
  /** What the names of the tables begin with. Default: `auth_`. */
  readonly tablePrefix?: string | undefined;
  /** Whether to bring the tables up to date. Default: `true`. */
  readonly migrate?: boolean | undefined;
  /** Milliseconds that a call may wait for its turn, other processes included. Then: `STORE_UNAVAILABLE`. Default: 5000. */
  readonly waitMs?: number | undefined;
}

/**
 * Opens the database, creating a file where there is none, and brings its tables up to date. Throws `ConfigError` for what
 * whoever runs the process can put right, `AuthError('STORE_UNAVAILABLE')` where the database does not answer.
 */
export async function createLibsqlStore(options: LibsqlStoreOptions): Promise<AuthStore> {
  const { migrate: migrates = true, waitMs = 5000 } = options;
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
  // Where a relative path led elsewhere than it was meant to, accounts seem to be gone.
  const notices = engine.isNew ? [{ message: 'there was no database file: a new one was made', fields: { file: path } }] : [];
  return { engine, notices };
}

async function openServer(url: string, { authToken }: LibsqlStoreOptions, waitMs: number): Promise<Opened> {
  const { createClient } = await import('@libsql/client').catch(() => {
    throw refuse('url', 'for a database on a server, install @libsql/client');
  });
  const client: LibsqlClient = createClient({ url, ...(authToken === undefined ? {} : { authToken }) });
  return { engine: createClientEngine({ client, waitMs, closeClient: true }), notices: [] };
}

const KINDS = 'file:, libsql:, https:, http:, wss: or ws:';

function requireUrl(url: unknown): string {
  if (typeof url !== 'string' || url.trim() === '') {
    throw refuse('url', `has to be a text such as file:./auth.db; it is ${url === undefined ? 'undefined: is the environment variable set?' : 'none'}`);
  }
  if (/^postgres(ql)?:/.test(url)) throw refuse('url', `has to begin with ${KINDS} (for PostgreSQL: createPostgresStore of @sallyport/drizzle-store/postgres)`);
  if (!/^(file|libsql|https?|wss?):/.test(url)) throw refuse('url', `has to begin with ${KINDS}`);
  return url;
}

/** The absolute path of a `file:` URL, whose percent signs stand for encoded characters. */
function pathOf(url: string): string {
  if (url.includes(':memory:')) throw refuse('url', 'a database in memory has one connection; take a file, or createMemoryStore');
  if (/[?#]/.test(url)) throw refuse('url', 'a file has neither ? nor #; in a name they are %3F and %23');
  if (/%(?![0-9a-f]{2})/i.test(url)) throw refuse('url', 'has a % that begins no %XX: in a name it is %25');
  try {
    return resolve(url.startsWith('file://') ? fileURLToPath(url) : decodeURIComponent(url.slice('file:'.length)));
  } catch {
    throw refuse('url', 'is no file URL: write file:./relative.db or file:///absolute.db, in UTF-8 where it is encoded');
  }
}
