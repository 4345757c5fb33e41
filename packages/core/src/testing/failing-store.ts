import { AuthError } from '../errors.js';
import { wrapMethods } from '../ports/store/wrap-methods.js';
import type { MethodWrapper } from '../ports/store/wrap-methods.js';
import type { AuthStore } from '../ports/store/store.js';

export interface FailingStore extends AuthStore {
  /** How many calls there have been, the one that failed among them. */
  readonly calls: number;
}

/**
 * A store whose database is gone at call number `failAt`, counted from 1, and back at the next one. Each method counts,
 * inside transactions too; a transaction counts once where it begins and once more where it commits, and one
 * that fails at either has changed nothing. `Infinity` only counts. What it fails with quotes what was passed, as many
 * drivers do: nothing of that may get out.
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
        // Thrown before the commit, so that the store takes everything back, as a database does that lost its commit.
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
