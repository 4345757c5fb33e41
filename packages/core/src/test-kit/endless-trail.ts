import { AuthError } from '../errors.js';
import type { EventRecord } from '../ports/store/events.js';
import type { AuthStore } from '../ports/store/store.js';
import { anEvent } from '../testing/builders.js';

export interface EndlessTrail {
  /** A store in which every user has this many events, more than a test could hold in memory. */
  readonly store: AuthStore;
  /** The number of pages of events that were read. */
  readonly reads: () => number;
  /** Makes the page after this many fail. */
  readonly failAfter: (reads: number) => void;
}

/** A store that generates the events of a user page by page, and counts the pages read. */
export function endlessTrail(store: AuthStore, events: number): EndlessTrail {
  let reads = 0;
  let failing = Infinity;
  let left = events;
  const list = async (userId: string, { limit }: { readonly limit: number }): Promise<readonly EventRecord[]> => {
    if (reads >= failing) throw new AuthError('STORE_UNAVAILABLE');
    reads += 1;
    const count = Math.min(limit, left);
    left -= count;
    return Array.from({ length: count }, () => anEvent({ userId, actorId: userId, userAgent: 'an agent' }));
  };
  return {
    store: { ...store, events: { ...store.events, list } },
    reads: () => reads,
    failAfter(count) {
      failing = count;
    },
  };
}
