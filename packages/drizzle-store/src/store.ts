import { wrapMethods, type AuthStore, type StoreNotice } from '@sallyport/core';
import type { Engine } from './engine/engine.js';
import { connect } from './engine/query.js';
import { createTransactionQueue } from './engine/transaction-queue.js';
import { createPendingCalls } from './engine/pending-calls.js';
import { faultOf, unavailable } from './errors.js';
import { inspect } from './inspect.js';
import { createMethods } from './methods.js';
import { purgeMethod } from './purge.js';
import { routeMethods } from './route-methods.js';
import { createSchema } from './schema.js';
import { withinScope } from './within-scope.js';

export interface StoreOptions {
  readonly engine: Engine;
  readonly tablePrefix: string;
  /** How long a call may wait for its turn, in milliseconds. */
  readonly waitMs: number;
  /** What to log about how it was opened. */
  readonly notices?: readonly StoreNotice[];
}

/**
 * The store on an engine. Writing methods run one after the other, each in its own transaction. Reading methods do not wait.
 * Purging uses its own connection, if the engine has one.
 */
export function createStore({ engine, tablePrefix, waitMs, notices = [] }: StoreOptions): AuthStore {
  const schema = createSchema(tablePrefix);
  const reading = createMethods({ db: connect(engine.read), schema });
  const writing = createMethods({ db: connect(engine.write), schema });
  const purging = engine.sweep === undefined ? null : purgeMethod({ db: connect(engine.sweep), schema });
  const transactions = createTransactionQueue(engine, waitMs);
  /** Calls that bypass the queue. */
  const beside = createPendingCalls();
  let closing: Promise<void> | undefined;

  const requireOpen = (): void => {
    if (closing !== undefined) throw unavailable('the store was closed');
  };
  async function inTransaction<T>(work: () => Promise<T>): Promise<T> {
    requireOpen();
    return transactions.run(work);
  }
  async function read<T>(work: () => Promise<T>): Promise<T> {
    requireOpen();
    return beside.track(work());
  }
  const reads = wrapMethods(reading, async ({ run }) => read(run));
  const writes = wrapMethods(writing, async ({ run }) => inTransaction(run));

  return {
    ...routeMethods({ read: reads, write: writes }),
    notices,
    purge: async (...args) => (purging === null ? writes.purge(...args) : read(async () => purging(...args))),
    transaction: async (work) => inTransaction(async () => withinScope(writing, work)),
    ping: async () =>
      read(async () => {
        await engine.read('SELECT 1', []).catch((error: unknown) => {
          throw faultOf(error, 'ping');
        });
      }),
    scrub: async () => read(async () => engine.scrub?.()),
    inspect: async () => read(async () => inspect(engine.read, tablePrefix)),
    async close() {
      closing ??= (async () => {
        await transactions.settled();
        await beside.settled();
        await engine.close();
      })();
      await closing;
    },
  };
}
