import { isBusy, isRefusal, remoteFaultOf, unavailable } from '../errors.js';
import type { Engine } from './engine.js';
import { retryWhileBusy } from './retry-while-busy.js';

/** The part of an `@libsql/client` client that is used. Our types compile without that package. */
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
  /** How long to wait for other writers, and for any single response. */
  readonly waitMs: number;
  /** How to release the client at the end: a client that the application opened stays open. */
  readonly closeClient: boolean;
}

/** A database behind `@libsql/client`, possibly remote: a transaction begins together with its first statement. */
export function createClientEngine({ client, waitMs, closeClient }: ClientEngineOptions): Engine {
  let transaction: LibsqlTransaction | null = null;
  let beginBy = 0;
  let broken = false;
  let last: Promise<unknown> = Promise.resolve();

  /** After a busy error, a local client loses later writes on that connection but reports them as done. */
  const retryAndReconnect = async <T>(deadline: number, attempt: () => Promise<T>): Promise<T> =>
    retryWhileBusy(deadline, async () => {
      try {
        return await attempt();
      } catch (error) {
        if (isBusy(error)) await client.reconnect();
        throw error;
      }
    });
  const beginWith = async (statement: LibsqlStatement): Promise<LibsqlResult> => {
    const opening = client.transaction('write');
    // A transaction that opens after the timeout must not keep the database locked.
    const closeTransaction = (): void => void opening.then((late) => late.close()).catch(() => undefined);
    const opened = await answerWithin(waitMs, opening).catch((error: unknown) => {
      closeTransaction();
      throw error;
    });
    try {
      const result = await answerWithin(waitMs, opened.execute(statement));
      transaction = opened;
      return result;
    } catch (error) {
      // It has changed nothing yet; the next statement begins another one.
      closeTransaction();
      throw error;
    }
  };
  const execute = async (statement: LibsqlStatement): Promise<unknown[][]> => {
    if (broken) throw unavailable('the transaction was lost');
    try {
      const begun = transaction;
      return rowsOf(
        begun === null
          ? await retryAndReconnect(beginBy, async () => beginWith(statement))
          : await answerWithin(waitMs, begun.execute(statement)),
      );
    } catch (error) {
      // The database may have ended the transaction; it would then commit each further statement at once.
      if (!isRefusal(error)) broken = true;
      throw remoteFaultOf(error, 'write');
    }
  };
  const read = async (statement: LibsqlStatement): Promise<unknown[][]> => {
    try {
      const deadline = performance.now() + waitMs;
      return rowsOf(await retryAndReconnect(deadline, async () => answerWithin(waitMs, client.execute(statement))));
    } catch (error) {
      throw remoteFaultOf(error, 'read');
    }
  };

  return {
    read: async (sql, params) => read({ sql, args: params.map(toValue) }),
    write: async (sql, params) => {
      const statement = { sql, args: params.map(toValue) };
      // Sequential, since the first statement begins the transaction.
      const result = last.then(async () => execute(statement));
      last = result.catch(() => undefined);
      return result;
    },
    async begin(deadline) {
      beginBy = deadline;
      broken = false;
    },
    async commit() {
      if (broken) throw unavailable('the transaction was lost');
      try {
        if (transaction !== null) await answerWithin(waitMs, transaction.commit());
      } catch (error) {
        throw remoteFaultOf(error, 'commit');
      }
      transaction = null;
    },
    async rollback() {
      const left = transaction;
      transaction = null;
      try {
        if (left !== null) await answerWithin(waitMs, left.rollback());
      } catch {
        // The database rolls back when its client disconnects.
        left?.close();
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
    timer = setTimeout(() => reject(unavailable('no response in time')), waitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function toValue(param: unknown): LibsqlValue {
  if (param === null || typeof param === 'string' || typeof param === 'number') return param;
  throw new TypeError('A value is neither text nor a number');
}

function rowsOf(result: LibsqlResult): unknown[][] {
  return result.rows.map((row) => Array.from(row));
}
