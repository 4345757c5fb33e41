import { aroundVerbs } from '../ports/store/around-verbs.js';
import type { Around } from '../ports/store/around-verbs.js';
import type { AuthStore } from '../ports/store/store.js';
import { storeChannel } from './channels.js';
import { traced } from './traced.js';

/** The same store, whose calls can be listened to. */
export function traceStore(store: AuthStore): AuthStore {
  return {
    ...aroundVerbs(store, tracedCall(false)),
    transaction: async (work) => {
      const within = tracedCall(true);
      const tracedWork: typeof work = async (tx) => work(storeChannel.hasSubscribers ? aroundVerbs(tx, within) : tx);
      return tracedCall(false)({ name: 'transaction', args: [], run: async () => store.transaction(tracedWork) });
    },
    ping: async () => tracedCall(false)({ name: 'ping', args: [], run: async () => store.ping() }),
    close: async () => store.close(),
  };
}

function tracedCall(inTransaction: boolean): Around {
  return async ({ name, run }) =>
    traced({ channel: storeChannel, message: { verb: name, inTransaction }, work: run });
}
