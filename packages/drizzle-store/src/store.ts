import type { AuthStore, StoreVerbs } from '@sallyport/core';
import type { Engine } from './engine/engine.js';
import { connect } from './engine/query.js';
import { createQueue } from './engine/queue.js';
import { createUnderway } from './engine/underway.js';
import { faultOf, unavailable } from './errors.js';
import { createVerbs, routeVerbs } from './verbs.js';

/** The store on an engine: what writes takes turns, each in a transaction of its own; what reads does not wait. */
export function createStore(engine: Engine, waitMs: number): AuthStore {
  const reading = createVerbs(connect(engine.read));
  const writing = createVerbs(connect(engine.write));
  const takeTurn = createQueue(waitMs);
  const reads = createUnderway();
  let closing: Promise<void> | undefined;

  const demandOpen = (): void => {
    if (closing !== undefined) throw unavailable('the store was closed');
  };
  async function read<T>(call: (verbs: StoreVerbs) => Promise<T>): Promise<T> {
    demandOpen();
    return reads.track(call(reading));
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

  return {
    ...routeVerbs(read, write),
    transaction: async (work) => write((verbs) => withinScope(verbs, work)),
    ping: async () =>
      read(async () => {
        await engine.read('SELECT 1', []).catch((error: unknown) => {
          throw faultOf(error, 'ping');
        });
      }),
    async close() {
      closing ??= takeTurn(async () => {
        await reads.settled();
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
    const result = await work(routeVerbs(run, run));
    if (calls.count() > 0) throw new Error('A call in this transaction was not waited for: an `await` is missing in it');
    return result;
  } finally {
    open = false;
    await calls.settled();
  }
}
