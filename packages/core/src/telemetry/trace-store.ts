import { wrapMethods, type MethodWrapper } from '../ports/store/wrap-methods.js';
import type { AuthStore } from '../ports/store/store.js';
import { storeChannel } from './channels.js';
import { traced } from './traced.js';

/** The same store with traced calls. */
export function traceStore(store: AuthStore): AuthStore {
  const call = async <T>(name: string, run: () => Promise<T>): Promise<T> => tracedCall(false)({ name, args: [], run });
  const inspect = store.inspect?.bind(store);
  return {
    ...wrapMethods(store, tracedCall(false)),
    transaction: async (work) => {
      const tracedWork: typeof work = async (tx) => work(storeChannel.hasSubscribers ? wrapMethods(tx, tracedCall(true)) : tx);
      return call('transaction', async () => store.transaction(tracedWork));
    },
    ping: async () => call('ping', async () => store.ping()),
    ...(inspect !== undefined && { inspect: async () => call('inspect', inspect) }),
    close: async () => store.close(),
  };
}

function tracedCall(inTransaction: boolean): MethodWrapper {
  return async ({ name, run }) => traced({ channel: storeChannel, message: { verb: name, inTransaction }, work: run });
}
