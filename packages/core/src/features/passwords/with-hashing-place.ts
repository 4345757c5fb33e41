import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';

/**
 * Does work that hashes a password with a place in the line, which is taken first: where there is no room, nothing has been read
 * or written, and the refusal costs almost nothing (security.md F3). However the work ends, the place is given back.
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
