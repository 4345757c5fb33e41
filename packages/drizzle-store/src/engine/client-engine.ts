import { faultOf, isBusy, unavailable } from '../errors.js';
import type { Engine, Execute } from './engine.js';
import { untilFree } from './until-free.js';

/** What is used of a client of `@libsql/client`, in words of our own: without that package, our types still compile. */
export interface LibsqlClient {
  execute(statement: LibsqlStatement): Promise<LibsqlResult>;
  transaction(mode: 'write'): Promise<LibsqlTransaction>;
  reconnect(): unknown;
  close(): void;
}

interface LibsqlTransaction {
  execute(statement: LibsqlStatement): Promise<LibsqlResult>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  close(): void;
}

interface LibsqlStatement {
  sql: string;
  args: LibsqlValue[];
}

type LibsqlValue = string | number | bigint | null | ArrayBuffer;

interface LibsqlResult {
  readonly rows: readonly ArrayLike<unknown>[];
}

export interface ClientEngineOptions {
  readonly client: LibsqlClient;
  /** How long to wait for other writers, and for any one answer. */
  readonly waitMs: number;
  /** What to do with the client at the end: one that the application opened stays open. */
  readonly closeClient: boolean;
}

/** A database behind `@libsql/client`, which may be far away. */
export function createClientEngine({ client, waitMs, closeClient }: ClientEngineOptions): Engine {
  let transaction: LibsqlTransaction | null = null;

  const inTransaction = async <T>(verb: string, run: (current: LibsqlTransaction) => Promise<T>): Promise<T> => {
    if (transaction === null) throw unavailable('the transaction was lost');
    try {
      return await answerWithin(waitMs, run(transaction));
    } catch (error) {
      throw faultOf(error, verb);
    }
  };
  /** After a refusal as busy, a local client loses what is written later on that connection, and says it was written. */
  const withFreshConnectionIfBusy = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await answerWithin(waitMs, run());
    } catch (error) {
      if (isBusy(error)) await client.reconnect();
      throw error;
    }
  };
  const read: Execute = async (sql, params) => {
    const statement = { sql, args: params.map(toValue) };
    const result = await untilFree(performance.now() + waitMs, () =>
      withFreshConnectionIfBusy(async () => client.execute(statement)),
    );
    return rowsOf(result);
  };
  const begin = async (): Promise<void> => {
    const begun = await client.transaction('write');
    try {
      // Over the network, BEGIN waits for the first statement; only a real one tells whether others are at it.
      await begun.execute({ sql: 'SELECT 1', args: [] });
    } catch (error) {
      begun.close();
      throw error;
    }
    transaction = begun;
  };

  return {
    read,
    write: async (sql, params) => {
      const statement = { sql, args: params.map(toValue) };
      return rowsOf(await inTransaction('write', async (current) => current.execute(statement)));
    },
    begin: async (deadline) =>
      untilFree(deadline, async () => withFreshConnectionIfBusy(begin)).catch((error: unknown) => {
        throw faultOf(error, 'begin');
      }),
    async commit() {
      await inTransaction('commit', async (current) => current.commit());
      transaction = null;
    },
    async rollback() {
      const current = transaction;
      transaction = null;
      if (current === null) return;
      try {
        await answerWithin(waitMs, current.rollback());
      } catch {
        // The database rolls back by itself what its client has left.
        current.close();
      }
    },
    async close() {
      if (closeClient) client.close();
    },
  };
}

async function answerWithin<T>(waitMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable('no answer in time')), waitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toValue(param: unknown): LibsqlValue {
  if (param === null || typeof param === 'string' || typeof param === 'number') return param;
  throw new TypeError('Neither a text nor a number');
}

function rowsOf(result: LibsqlResult): unknown[][] {
  return result.rows.map((row) => Array.from(row));
}
