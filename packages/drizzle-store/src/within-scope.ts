import { wrapMethods, type StoreMethods } from '@sallyport/core';
import { createPendingCalls } from './engine/pending-calls.js';

/** Lends the methods to `work` until it ends: a later call would run in another caller's transaction. */
export async function withinScope<T>(methods: StoreMethods, work: (tx: StoreMethods) => Promise<T>): Promise<T> {
  const calls = createPendingCalls();
  let open = true;
  const tx = wrapMethods(methods, async ({ run }) => {
    if (!open) throw new Error('This transaction has ended: an `await` is missing in it');
    return calls.track(run());
  });
  try {
    const result = await work(tx);
    if (calls.count() > 0) throw new Error('A call in this transaction was not awaited: an `await` is missing in it');
    return result;
  } finally {
    open = false;
    await calls.settled();
  }
}
