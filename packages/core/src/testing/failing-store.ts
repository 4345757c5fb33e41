import { AuthError } from '../errors.js';
import { wrapMethods } from '../ports/store/wrap-methods.js';
import type { MethodWrapper } from '../ports/store/wrap-methods.js';
import type { AuthStore } from '../ports/store/store.js';

export interface FailingStore extends AuthStore {
  /** The number of calls, including the one that failed. */
  readonly calls: number;
}

/**
 * A store whose database is unavailable at call number `failAt`, counted from 1, and available again at the next one.
 * Each method counts, inside transactions too; a transaction counts once when it begins and once when it commits, and
 * if it fails at either it has changed nothing. `Infinity` only counts. Its errors quote their input, like those of many
 * drivers, which must not be revealed.
 */
export function failingStore(store: AuthStore, failAt: number): FailingStore {
  let calls = 0;
  const count = (name: string, args: readonly unknown[] = []): void => {
    calls += 1;
    if (calls !== failAt) return;
    throw new AuthError('STORE_UNAVAILABLE', { cause: new Error(`${name} failed\nparams: ${JSON.stringify(args)}`) });
  };
  const counted: MethodWrapper = async ({ name, args, run }) => {
    count(name, args);
    return run();
  };

  return {
    ...wrapMethods(store, counted),
    async transaction(work) {
      count('begin');
      return store.transaction(async (tx) => {
        const result = await work(wrapMethods(tx, counted));
        // Thrown before the commit, so that the store rolls everything back, as a database does whose commit fails.
        count('commit');
        return result;
      });
    },
    async ping() {
      count('ping');
      await store.ping();
    },
    close: () => store.close(),
    get calls() {
      return calls;
    },
  };
}
