import type { Libsql } from './load-libsql.js';

/** A connection whose statements run in a worker thread, so that the event loop is not blocked. */
export interface BackgroundConnection {
  /** Runs a DELETE in its own transaction and returns the number of deleted rows. `params` are integers. */
  delete(sql: string, params: readonly unknown[]): Promise<number>;
  /**
   * Checkpoints and truncates the write-ahead log, so that deleted or overwritten data is in no file any more. If another process
   * is reading from the log, this waits until the next time.
   */
  emptyLog(): Promise<void>;
  close(): void;
}

/** How long writers may wait for another process to finish reading from the log. */
const BUSY_TIMEOUT_MS = 100;

export interface BackgroundConnectionOptions {
  readonly path: string;
  readonly synchronous: string;
  readonly libsql: Libsql;
  /** How long to wait for other writers. SQLite's own busy timeout is fine here, since only this thread sleeps. */
  readonly waitMs: number;
}

export async function openBackgroundConnection(options: BackgroundConnectionOptions): Promise<BackgroundConnection> {
  const { path, synchronous, libsql, waitMs } = options;
  const BackgroundDatabase = await libsql.loadBackgroundDatabase();
  const database = new BackgroundDatabase(path, { timeout: waitMs });
  await database.exec(`PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = ${synchronous}`);
  const changes = await database.prepare('SELECT changes()');
  changes.raw();
  return {
    async delete(sql, params) {
      // Only `exec` runs off the event loop, and it cannot bind parameters.
      await database.exec(inlined(sql, params));
      const rows: unknown = await changes.all([]);
      return countIn(rows);
    },
    emptyLog: async () =>
      database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = ${waitMs}`),
    close: () => database.close(),
  };
}

function inlined(sql: string, params: readonly unknown[]): string {
  const left = [...params];
  const text = sql.replaceAll('?', () => {
    const value = left.shift();
    if (!Number.isSafeInteger(value)) throw new TypeError('The parameter is not an integer');
    return String(value);
  });
  if (left.length > 0) throw new TypeError('More values than placeholders');
  return text;
}

function countIn(rows: unknown): number {
  const [first]: unknown[] = Array.isArray(rows) ? rows : [];
  const [count]: unknown[] = Array.isArray(first) ? first : [];
  return typeof count === 'number' ? count : 0;
}
