import { closeSync, openSync } from 'node:fs';
import { codeOf, faultOf, isBusy, isRefusal, unavailable } from '../errors.js';
import { type BackgroundConnection, type BackgroundConnectionOptions, openBackgroundConnection } from './background-connection.js';
import type { Engine, Execute } from './engine.js';
import { loadLibsql } from './load-libsql.js';
import { type Connection, type ConnectionOptions, openConnection } from './native-connection.js';
import { openFailure } from './open-failure.js';
import { retryWhileBusy } from './retry-while-busy.js';

export interface NativeEngineOptions extends Omit<ConnectionOptions, 'libsql'> {
  /** How long to wait for other processes. */
  readonly waitMs: number;
}

export interface NativeEngine extends Engine {
  /** Whether the file did not exist before. */
  readonly isNew: boolean;
}

/**
 * A database file with one connection that writes, one that reads committed data, and during a purge one in a worker thread: a
 * checkpoint can take longer than a request should wait.
 */
export async function openNativeEngine(given: NativeEngineOptions): Promise<NativeEngine> {
  const options = { ...given, libsql: await loadLibsql() };
  const { path, waitMs } = options;
  const writer = createSlot(options);
  const reader = createSlot(options);
  const background = createBackgroundSlot(options);
  let lastBackgroundWork: Promise<unknown> = Promise.resolve();
  let isSuspect = false;

  const inTransaction = <T>(method: string, run: (connection: Connection) => T): T => {
    // SQLite rolls back by itself when a disk is full or fails; later statements must not be committed without the rest.
    if (!writer.get().inTransaction()) throw unavailable('the transaction was lost');
    try {
      return run(writer.get());
    } catch (error) {
      if (!isRefusal(error)) isSuspect = true;
      throw faultOf(error, method);
    }
  };
  const read: Execute = async (sql, params) =>
    retryWhileBusy(performance.now() + waitMs, () => {
      // Between transactions, read with the writer: it has the pages that it wrote in its cache.
      const slot = writer.get().inTransaction() ? reader : writer;
      try {
        return slot.get().execute(sql, params);
      } catch (error) {
        // A statement that was refused as busy is half run, and would keep its connection on an old snapshot.
        slot.discard();
        throw error;
      }
    });
  /** Sequential: the number of deleted rows is that of the connection's last statement. */
  const inBackground = async <T>(work: (connection: BackgroundConnection) => Promise<T>): Promise<T> => {
    const result = lastBackgroundWork.then(async () => {
      try {
        return await work(await background.get());
      } catch (error) {
        // After a busy error the statement may be half run, as on the reading connection.
        await background.discard();
        throw error;
      }
    });
    lastBackgroundWork = result.catch(() => undefined);
    return result;
  };
  const sweep: Execute = async (sql, params) =>
    inBackground(async (connection) => Array.from({ length: await connection.delete(sql, params) }, () => [null]));
  const scrub = async (): Promise<void> =>
    inBackground(async (connection) => connection.emptyLog()).catch((error: unknown) => {
      throw faultOf(error, 'scrub');
    });
  const begin = async (deadline: number): Promise<void> => {
    isSuspect = false;
    await retryWhileBusy(deadline, () => {
      try {
        writer.get().execute('BEGIN IMMEDIATE', []);
      } catch (error) {
        if (!isBusy(error)) writer.discard();
        throw error;
      }
    });
  };

  let isNew = false;
  try {
    isNew = createPrivately(path);
    await retryWhileBusy(performance.now() + waitMs, () => void writer.get());
  } catch (error) {
    throw openFailure(error, path);
  }
  return {
    isNew,
    read,
    sweep,
    scrub,
    write: async (sql, params) => inTransaction('write', (connection) => connection.execute(sql, params)),
    begin: async (deadline) =>
      begin(deadline).catch((error: unknown) => {
        throw faultOf(error, 'begin');
      }),
    commit: async () => void inTransaction('commit', (connection) => connection.execute('COMMIT', [])),
    savepoints: {
      set: async () => void inTransaction('savepoint', (connection) => connection.execute('SAVEPOINT job', [])),
      release: async () => void inTransaction('savepoint', (connection) => connection.execute('RELEASE job', [])),
      async rollback() {
        if (isSuspect) throw unavailable('the transaction was lost');
        inTransaction('savepoint', (connection) => {
          connection.execute('ROLLBACK TO job', []);
          connection.execute('RELEASE job', []);
        });
      },
    },
    async rollback() {
      try {
        if (writer.get().inTransaction()) writer.get().execute('ROLLBACK', []);
      } catch {
        isSuspect = true;
      }
      if (isSuspect) writer.discard();
    },
    async close() {
      await background.discard();
      reader.close();
      try {
        // This removes deleted data from the log too. If another process still reads from it, that process does it later.
        writer.get().execute('PRAGMA wal_checkpoint(TRUNCATE)', []);
      } catch {
        // The checkpoint is optional: without it the file is intact.
      }
      writer.close();
    },
  };
}

interface BackgroundSlot {
  get(): Promise<BackgroundConnection>;
  discard(): Promise<void>;
}

function createBackgroundSlot(options: BackgroundConnectionOptions): BackgroundSlot {
  let connection: Promise<BackgroundConnection> | null = null;
  return {
    async get() {
      connection ??= openBackgroundConnection(options).catch(() => {
        throw unavailable('the file cannot be opened');
      });
      return connection;
    },
    async discard() {
      const former = connection;
      connection = null;
      await former?.then((opened) => opened.close()).catch(() => undefined);
    },
  };
}

interface Slot {
  /** The connection, opened if there is none. */
  get(): Connection;
  /** Drops the connection; the next use opens another. */
  discard(): void;
  close(): void;
}

function createSlot(options: ConnectionOptions): Slot {
  let connection: Connection | null = null;
  let closed = false;
  const discard = (): void => {
    const former = connection;
    connection = null;
    try {
      former?.close();
    } catch {
      // It is unusable either way.
    }
  };
  return {
    get() {
      if (closed) throw unavailable('the store was closed');
      connection ??= openConnection(options);
      return connection;
    },
    discard,
    close() {
      closed = true;
      discard();
    },
  };
}

/**
 * Creates the file if there is none, and returns whether it did. Only the owner may read password hashes; SQLite gives its side
 * files the permissions of the database.
 */
function createPrivately(path: string): boolean {
  try {
    closeSync(openSync(path, 'ax', 0o600));
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    closeSync(openSync(path, 'a'));
    return false;
  }
}
