import type { StoreMethods } from '@sallyport/core';
import { createUnderway } from '../engine/underway.js';
import { type AllMethods, routeMethods } from './methods/route-methods.js';

/**
 * Lends the methods to `work`, and takes them back where it ends: what came later would be part of somebody else's
 * transaction, since the connection is another's by then.
 */
export async function withinTransaction<T>(
  methods: AllMethods,
  work: (tx: StoreMethods) => Promise<T>,
): Promise<T> {
  const calls = createUnderway();
  let open = true;
  try {
    const result = await work(
      routeMethods(methods, async (call) => {
        if (!open) throw new Error('This transaction has ended: an `await` is missing in it');
        return calls.track(call(methods));
      }),
    );
    if (calls.count() > 0) throw new Error('A call in this transaction was not waited for: an `await` is missing in it');
    return result;
  } finally {
    open = false;
    await calls.settled();
  }
}
