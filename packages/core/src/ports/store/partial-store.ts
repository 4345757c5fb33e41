import { AuthError } from '../../errors.js';
import type { IdentityStore } from './identities.js';
import type { PasskeyStore } from './passkeys.js';
import type { AuthStore, StoreMethods } from './store.js';

/** The parts that a store may lack. Without one, `createAuth` refuses the options that need it. */
export type OptionalPart = 'passkeys' | 'identities';

/** The methods of a store that may lack optional parts. */
export interface PartialStoreMethods extends Omit<StoreMethods, OptionalPart> {
  /** Needed by the option `passkeys`. */
  readonly passkeys?: PasskeyStore | undefined;
  /** Needed by the option `providers`. */
  readonly identities?: IdentityStore | undefined;
}

/** What `createAuth` accepts: an `AuthStore` that may lack optional parts. */
export interface PartialAuthStore extends PartialStoreMethods, Omit<AuthStore, keyof StoreMethods | 'transaction'> {
  /** As `AuthStore` describes it. `tx` has the parts that the store has. */
  transaction<T>(work: (tx: PartialStoreMethods) => Promise<T>): Promise<T>;
}

/** The same store with every part. A missing part is empty and cannot be written to. */
export function completeStore(store: PartialAuthStore): AuthStore {
  if (isComplete(store)) return store;
  return {
    ...store,
    ...completeMethods(store),
    transaction: async (work) => store.transaction(async (tx) => work(completeMethods(tx))),
  };
}

function isComplete(store: PartialAuthStore): store is AuthStore {
  return store.passkeys !== undefined && store.identities !== undefined;
}

function completeMethods(methods: PartialStoreMethods): StoreMethods {
  return { ...methods, passkeys: methods.passkeys ?? NO_PASSKEYS, identities: methods.identities ?? NO_IDENTITIES };
}

/** Unreachable: the configuration that would call it was refused. */
const refuse = async (): Promise<never> => {
  throw new AuthError('INTERNAL', { cause: 'the store lacks this part' });
};

const NO_PASSKEYS: PasskeyStore = {
  insert: refuse,
  list: async () => [],
  findWithUser: async () => null,
  use: refuse,
  rename: refuse,
  remove: refuse,
  removeAll: async () => 0,
};

const NO_IDENTITIES: IdentityStore = {
  insert: refuse,
  find: async () => null,
  findBySubject: async () => null,
  list: async () => [],
  recordUse: refuse,
  remove: refuse,
  removeAll: async () => 0,
};
