import type Database from 'libsql';
import type { Libsql } from './load-libsql.js';
import { NoWalError } from './open-failure.js';

/** One connection to a database file, synchronous as SQLite is. */
export interface Connection {
  inTransaction(): boolean;
  execute(sql: string, params: readonly unknown[]): unknown[][];
  close(): void;
}

export type Synchronous = 'normal' | 'full';

export interface ConnectionOptions {
  readonly path: string;
  readonly synchronous: Synchronous;
  readonly libsql: Libsql;
}

/** Throws at once if another process has locked the file. */
export function openConnection({ path, synchronous, libsql }: ConnectionOptions): Connection {
  // No busy timeout: SQLite would sleep and block the process.
  const database = new libsql.Database(path, { timeout: 0 });
  // The texts are those of this package's queries, so the cache is bounded.
  const statements = new Map<string, Statement>();
  let open = true;

  const execute = (sql: string, params: readonly unknown[]): unknown[][] => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = prepare(database, sql);
      statements.set(sql, statement);
    }
    return statement(params);
  };
  const close = (): void => {
    if (!open) return;
    open = false;
    statements.clear();
    database.close();
  };

  try {
    database.exec(`PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = ${synchronous}`);
    if (execute('PRAGMA journal_mode = WAL', [])[0]?.[0] !== 'wal') throw new NoWalError();
  } catch (error) {
    close();
    throw error;
  }
  return {
    // The driver aborts the process if this is called after `close`.
    inTransaction: () => open && database.inTransaction,
    execute,
    close,
  };
}

type Statement = (params: readonly unknown[]) => unknown[][];

function prepare(database: Database.Database, sql: string): Statement {
  // A prepared `BEGIN` that is refused as busy stays half run, and later writes on that connection would never be committed.
  // `exec` leaves nothing behind.
  if (/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)/.test(sql)) {
    return () => {
      database.exec(sql);
      return [];
    };
  }
  const statement = database.prepare(sql);
  if (!statement.reader) {
    return (params) => {
      statement.run(params);
      return [];
    };
  }
  statement.raw();
  // Always read to the last row: a statement that stops earlier would hold its snapshot, and later reads with it.
  return (params) => statement.all(params).filter(Array.isArray);
}
