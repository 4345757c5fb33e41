import type { AuthStore, StoreVerbs } from '@sallyport/core';
import type { Engine } from './engine/engine.js';
import { connect } from './engine/query.js';
import { createQueue } from './engine/queue.js';
import { createUnderway } from './engine/underway.js';
import { faultOf, unavailable } from './errors.js';
import { examine } from './examine.js';
import { createVerbs, routeVerbs } from './verbs.js';

/**
 * The store on an engine: what writes takes turns, each in a transaction of its own; what reads does not wait; what purges
 * keeps out of everybody's way, where the engine can.
 */
export function createStore(engine: Engine, waitMs: number): AuthStore {
  const reading = createVerbs(connect(engine.read));
  const writing = createVerbs(connect(engine.write));
  const sweeping = engine.sweep === undefined ? null : createVerbs(connect(engine.sweep));
  const takeTurn = createQueue(waitMs);
  /** What does not take turns. */
  const beside = createUnderway();
  let closing: Promise<void> | undefined;

  const demandOpen = (): void => {
    if (closing !== undefined) throw unavailable('the store was closed');
  };
  async function read<T>(call: (verbs: StoreVerbs) => Promise<T>): Promise<T> {
    demandOpen();
    return beside.track(call(reading));
  }
  async function write<T>(work: (verbs: StoreVerbs) => Promise<T>): Promise<T> {
    demandOpen();
    return takeTurn(async (deadline) => {
      await engine.begin(deadline);
      try {
        const result = await work(writing);
        await engine.commit();
        return result;
      } catch (error) {
        await engine.rollback();
        throw error;
      }
    });
  }

  async function sweep<T>(call: (verbs: StoreVerbs) => Promise<T>): Promise<T> {
    demandOpen();
    return sweeping === null ? write(call) : beside.track(call(sweeping));
  }

  return {
    ...routeVerbs({ read, write, sweep }),
    transaction: async (work) => write((verbs) => withinScope(verbs, work)),
    ping: async () =>
      read(async () => {
        await engine.read('SELECT 1', []).catch((error: unknown) => {
          throw faultOf(error, 'ping');
        });
      }),
    examine: async () => read(async () => examine(engine.read)),
    async close() {
      closing ??= takeTurn(async () => {
        await beside.settled();
        await engine.close();
      }, Infinity);
      await closing;
    },
  };
}

/** Lends the verbs to `work`, and takes them back where it ends: what came later would land in someone else's transaction. */
async function withinScope<T>(verbs: StoreVerbs, work: (tx: StoreVerbs) => Promise<T>): Promise<T> {
  const calls = createUnderway();
  let open = true;
  const run = async <R>(call: (verbs: StoreVerbs) => Promise<R>): Promise<R> => {
    if (!open) throw new Error('This transaction has ended: an `await` is missing in it');
    return calls.track(call(verbs));
  };
  try {
    const result = await work(routeVerbs({ read: run, write: run, sweep: run }));
    if (calls.count() > 0) throw new Error('A call in this transaction was not waited for: an `await` is missing in it');
    return result;
  } finally {
    open = false;
    await calls.settled();
  }
}
