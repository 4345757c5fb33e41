import { type DatabaseFault, faultOf } from './faults.js';
import type { PostgresClient } from './pool.js';

/** Runs one statement and returns its rows, each as the texts of its columns. */
export type Execute = (text: string, params: readonly unknown[]) => Promise<unknown[][]>;

/** One connection, used by one call at a time. */
export interface Connection {
  readonly execute: Execute;
  /** Runs `work` as one transaction. Where it failed by a conflict, that is what it throws. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether it must not be used again. */
  readonly isLost: () => boolean;
}

/**
 * How the values of columns are read: as texts, which the columns then decode. Parsers that the application has
 * registered with `pg` are for its own queries.
 */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/**
 * Statements are not named, and all settings are the transaction's own (`SET LOCAL`), so that PgBouncer may give every
 * transaction another connection.
 */
export function createConnection(client: PostgresClient, waitMs: number): Connection {
  let lost = false;
  let inTransaction = false;
  let failure: DatabaseFault | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const send = async (text: string, params: readonly unknown[] = []): Promise<{ readonly rows: unknown[][] }> => {
    // The database ignores all that follows a failure in a transaction.
    if (failure !== null) throw failure;
    try {
      const values = [...params];
      return await client.query({ text, values, rowMode: 'array', types: AS_TEXT, query_timeout: waitMs });
    } catch (error) {
      const fault = faultOf(error);
      if (fault.kind === 'lost') lost = true;
      if (inTransaction) failure = fault;
      throw fault;
    }
  };
  /** One after the other: the driver's own queue of statements is deprecated. */
  const execute: Execute = async (text, params) => {
    const result = last.then(async () => (await send(text, params)).rows);
    last = result.catch(() => undefined);
    return result;
  };
  const rollback = async (): Promise<void> => {
    await last;
    inTransaction = false;
    failure = null;
    if (lost) return;
    await send('ROLLBACK').catch(() => {
      lost = true;
    });
  };

  return {
    execute,
    isLost: () => lost,
    async transaction(work) {
      await send(beginStatement(waitMs));
      inTransaction = true;
      try {
        const result = await work();
        await last;
        // It fails where a statement has failed, also if `work` has caught that: COMMIT would roll back, and succeed.
        await send('COMMIT');
        inTransaction = false;
        return result;
      } catch (error) {
        const cause = failure;
        await rollback();
        throw cause?.kind === 'conflict' ? cause : error;
      }
    },
  };
}

/**
 * Read Committed, whatever the database's default is. The limits bound what the server does for a client that has given
 * up on it, and how long a process that hangs can hold its locks.
 */
function beginStatement(waitMs: number): string {
  const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  return ['BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', ...limits.map((name) => `SET LOCAL ${name} = ${waitMs}`)].join('; ');
}
