import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';

/**
 * Runs work that hashes a password with a place in the queue, which is taken first: if the queue is full, nothing has been read
 * or written, and the refusal costs almost nothing (security.md F3). The place is released however the work ends.
 */
export async function withHashingPlace<T>(
  context: Context,
  { caller, work }: { readonly caller: Caller; readonly work: (context: Context) => Promise<T> },
): Promise<T> {
  caller.signal?.throwIfAborted();
  const place = context.hasher.reserve(caller);
  try {
    return await work({ ...context, hasher: place });
  } finally {
    place.release();
  }
}
