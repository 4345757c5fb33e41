import { type DatabaseFault, faultOf, publicErrorOf } from './faults.js';
import type { PostgresClient } from './pool.js';

/** Runs one statement and returns its rows, each as the texts of its columns. */
export type Execute = (text: string, params: readonly unknown[]) => Promise<unknown[][]>;

/** One connection, used by one call at a time. */
export interface Connection {
  readonly execute: Execute;
  /** Runs `work` as one transaction. If it failed with a conflict, throws the conflict. */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  /** Whether it must not be reused. */
  readonly isLost: () => boolean;
}

/**
 * Reads column values as texts, which the columns then decode. Type parsers that the application has registered with `pg` apply
 * only to its own queries.
 */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/**
 * Statements are unnamed, and all settings are local to the transaction (`SET LOCAL`), so that PgBouncer may use another
 * connection for every transaction.
 */
export function createConnection(client: PostgresClient, waitMs: number): Connection {
  let lost = false;
  let inTransaction = false;
  let failure: DatabaseFault | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const send = async (text: string, params: readonly unknown[] = []): Promise<{ readonly rows: unknown[][] }> => {
    // After a failure, the database ignores the rest of a transaction.
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
  /** Sequential: the driver's own statement queue is deprecated. */
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
        // `work` has caught the error of a statement: COMMIT would roll back and report success.
        if (failure !== null) throw publicErrorOf(failure, 'statement');
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
 * Read Committed, whatever the database's default is. The timeouts limit the server's work for a client that has given up, and
 * how long a process that hangs can hold its locks.
 */
function beginStatement(waitMs: number): string {
  const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  return ['BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', ...limits.map((name) => `SET LOCAL ${name} = ${waitMs}`)].join('; ');
}
