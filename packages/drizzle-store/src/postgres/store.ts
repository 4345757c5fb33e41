import type { AuthStore } from '@sallyport/core';
import { createPendingCalls } from '../engine/pending-calls.js';
import { unavailable } from '../errors.js';
import { withinScope } from '../within-scope.js';
import type { Connection, Execute } from './connection/connection.js';
import { createConnections } from './connection/connections.js';
import { DatabaseFault, publicErrorOf } from './connection/faults.js';
import type { PostgresPool } from './connection/pool.js';
import { connect } from './connection/query.js';
import { retryConflicts } from './connection/retry-conflicts.js';
import { inspect } from './inspect.js';
import { createMethods } from './methods/methods.js';
import { type AllMethods, routeMethods } from './methods/route-methods.js';
import type { PostgresSchema } from './schema.js';

export interface StoreOptions {
  readonly pool: PostgresPool;
  readonly schema: PostgresSchema;
  readonly tablePrefix: string;
  /** Timeout in milliseconds for getting a connection, and for each statement. */
  readonly waitMs: number;
  readonly closePool: () => Promise<void>;
}

/** The methods on one connection. */
interface Prepared {
  readonly outside: AllMethods;
  readonly inTransaction: AllMethods;
}

/** The store on a pool. A call uses its own connection; a transaction keeps one until it ends. */
export function createStore({ pool, schema, tablePrefix, waitMs, closePool }: StoreOptions): AuthStore {
  const withConnection = createConnections({ pool, connectMs: waitMs, answerMs: waitMs });
  const prepared = new WeakMap<Connection, Prepared>();
  const calls = createPendingCalls();
  let closing: Promise<void> | undefined;

  const methodsOn = (connection: Connection): Prepared => {
    const methods = prepared.get(connection) ?? prepare(connection, schema);
    prepared.set(connection, methods);
    return methods;
  };
  async function run<T>(method: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (closing !== undefined) throw unavailable('the store was closed');
    return calls.track(
      retryConflicts(waitMs, async () => withConnection(work)).catch((error: unknown) => {
        // A conflict that remained when the time for retries was over.
        throw error instanceof DatabaseFault ? publicErrorOf(error, method) : error;
      }),
    );
  }

  return {
    ...routeMethods(createMethods(exampleSession(schema)), async (call) =>
      run('commit', async (connection) => call(methodsOn(connection).outside)),
    ),
    transaction: async (work) =>
      run('transaction', async (connection) =>
        connection.transaction(async () => withinScope(methodsOn(connection).inTransaction, work)),
      ),
    ping: async () => run('ping', async ({ execute }) => void (await execute('SELECT 1', []))),
    inspect: async () => run('inspect', async ({ execute }) => inspect(execute, tablePrefix)),
    async close() {
      closing ??= calls.settled().then(closePool);
      await closing;
    },
  };
}

function prepare(connection: Connection, schema: PostgresSchema): Prepared {
  const db = connect(connection.execute);
  return {
    outside: createMethods({ db, schema, isInTransaction: false, atomically: connection.transaction, held: (select) => select }),
    inTransaction: createMethods({
      db,
      schema,
      isInTransaction: true,
      atomically: async (work) => work(),
      held(select) {
        select.for('no key update');
        return select;
      },
    }),
  };
}

const noQuery: Execute = async () => [];

/** Only the names of its methods are used. */
function exampleSession(schema: PostgresSchema): Parameters<typeof createMethods>[0] {
  return { db: connect(noQuery), schema, isInTransaction: false, atomically: async (work) => work(), held: (select) => select };
}
