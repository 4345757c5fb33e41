import { AuthError } from '../errors.js';
import type { AuthStore } from '../ports/store/store.js';
import { aroundVerbs, type Around } from './around-verbs.js';

export interface FailingStore extends AuthStore {
  /** How many calls there have been, the one that failed among them. */
  readonly calls: number;
}

/**
 * A store whose database is gone at call number `failAt`, counted from 1, and back at the next one. Each verb counts,
 * inside transactions too; a transaction counts once where it begins and once more where it commits, and one
 * that fails at either has changed nothing. `Infinity` only counts.
 */
export function failingStore(store: AuthStore, failAt: number): FailingStore {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls === failAt) throw new AuthError('STORE_UNAVAILABLE', { cause: `failed at call ${failAt}` });
  };
  const counted: Around = async (call) => {
    count();
    return call();
  };

  return {
    ...aroundVerbs(store, counted),
    async transaction(work) {
      count();
      return store.transaction(async (tx) => {
        const result = await work(aroundVerbs(tx, counted));
        // Thrown before the commit, so that the store takes everything back, as a database does that lost its commit.
        count();
        return result;
      });
    },
    async ping() {
      count();
      await store.ping();
    },
    close: () => store.close(),
    get calls() {
      return calls;
    },
  };
}
