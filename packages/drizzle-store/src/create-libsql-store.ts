import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AuthStore, ConfigError } from '@sallyport/core';
import { createClientEngine, type LibsqlClient } from './engine/client-engine.js';
import type { Engine } from './engine/engine.js';
import type { Synchronous } from './engine/native-connection.js';
import { openNativeEngine } from './engine/native-engine.js';
import { migrate } from './migrate.js';
import { createStore } from './store.js';
import { DEFAULT_PREFIX, requirePrefix } from './table-prefix.js';

export interface LibsqlStoreOptions {
  /** `file:./dev.db` for a file, or the `libsql:`, `https:`, `http:`, `wss:` or `ws:` address of a server. */
  readonly url: string;
  /** What the server asks for. */
  readonly authToken?: string;
  /**
   * How safe a commit to a file is. `normal` survives the end of the process, however sudden; a power failure can take
   * the last commits with it, and leaves the file whole. `full` survives that too, and is some four times slower.
   * Default: `normal`. A server decides this itself.
   */
  readonly synchronous?: Synchronous;
  /** What the names of the tables begin with. Default: `auth_`. */
  readonly tablePrefix?: string;
  /** Whether to bring the tables up to date. Default: `true`. */
  readonly migrate?: boolean;
  /** Milliseconds that a call may wait for its turn, other processes included. Then: `STORE_UNAVAILABLE`. Default: 5000. */
  readonly waitMs?: number;
}

/** Opens the database, creating a file where there is none, and brings its tables up to date. */
export async function createLibsqlStore(options: LibsqlStoreOptions): Promise<AuthStore> {
  const { url, migrate: migrates = true, waitMs = 5000 } = options;
  const tablePrefix = requirePrefix(options.tablePrefix ?? DEFAULT_PREFIX);
  const engine = url.startsWith('file:') ? await openFile(url, options, waitMs) : await openServer(url, options, waitMs);
  try {
    if (migrates) await migrate(engine, { tablePrefix, waitMs });
  } catch (error) {
    await engine.close();
    throw error;
  }
  return createStore({ engine, tablePrefix, waitMs });
}

async function openFile(url: string, { synchronous = 'normal' }: LibsqlStoreOptions, waitMs: number): Promise<Engine> {
  const path = pathOf(url);
  if (!existsSync(dirname(path))) throw refuse('the folder of the database file does not exist');
  return openNativeEngine({ path, synchronous, waitMs });
}

async function openServer(url: string, { authToken }: LibsqlStoreOptions, waitMs: number): Promise<Engine> {
  if (!/^(libsql|https?|wss?):/.test(url)) throw refuse('has to begin with file:, libsql:, https:, http:, wss: or ws:');
  const { createClient } = await import('@libsql/client').catch(() => {
    throw refuse('for a database on a server, install @libsql/client');
  });
  const client: LibsqlClient = createClient({ url, ...(authToken === undefined ? {} : { authToken }) });
  return createClientEngine({ client, waitMs, closeClient: true });
}

function pathOf(url: string): string {
  if (url.includes(':memory:')) throw refuse('a database in memory has one connection; take a file, or createMemoryStore');
  if (/[?#]/.test(url)) throw refuse('a file has neither ? nor #');
  return resolve(url.startsWith('file://') ? fileURLToPath(url) : decodeURIComponent(url.slice('file:'.length)));
}

function refuse(message: string): ConfigError {
  return new ConfigError([{ path: 'url', message }]);
}
