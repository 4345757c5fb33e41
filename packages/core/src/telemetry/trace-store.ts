import { aroundVerbs } from '../ports/store/around-verbs.js';
import type { Around } from '../ports/store/around-verbs.js';
import type { AuthStore } from '../ports/store/store.js';
import { storeChannel } from './channels.js';
import { traced } from './traced.js';

/** The same store, whose calls can be listened to. */
export function traceStore(store: AuthStore): AuthStore {
  const call = async <T>(name: string, run: () => Promise<T>): Promise<T> => tracedCall(false)({ name, args: [], run });
  const examine = store.examine?.bind(store);
  return {
    ...aroundVerbs(store, tracedCall(false)),
    transaction: async (work) => {
      const tracedWork: typeof work = async (tx) => work(storeChannel.hasSubscribers ? aroundVerbs(tx, tracedCall(true)) : tx);
      return call('transaction', async () => store.transaction(tracedWork));
    },
    ping: async () => call('ping', async () => store.ping()),
    ...(examine !== undefined && { examine: async () => call('examine', examine) }),
    close: async () => store.close(),
  };
}

function tracedCall(inTransaction: boolean): Around {
  return async ({ name, run }) => traced({ channel: storeChannel, message: { verb: name, inTransaction }, work: run });
}
