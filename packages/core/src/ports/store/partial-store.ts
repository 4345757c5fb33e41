import { AuthError } from '../../errors.js';
import type { BackupCodeRecord, BackupCodeStore, FactorStore } from './factors.js';
import type { IdentityStore } from './identities.js';
import type { PasskeyStore } from './passkeys.js';
import type { AuthStore, StoreMethods } from './store.js';

/** The parts that a store may lack. Without one, `createAuth` refuses the options that need it. */
export type OptionalPart = (typeof OPTIONAL_PARTS)[number];

export const OPTIONAL_PARTS = ['factors', 'backupCodes', 'passkeys', 'identities'] as const satisfies readonly (keyof StoreMethods)[];

/** What second factors need. */
export const SECOND_FACTOR_PARTS = ['factors', 'backupCodes'] as const satisfies readonly OptionalPart[];

/** The methods of a store that may lack optional parts. */
export interface PartialStoreMethods extends Omit<StoreMethods, OptionalPart> {
  /** Needed by second factors, together with `backupCodes`. */
  readonly factors?: FactorStore | undefined;
  /** Needed by second factors, together with `factors`. */
  readonly backupCodes?: BackupCodeStore | undefined;
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
  return OPTIONAL_PARTS.every((part) => store[part] !== undefined);
}

function completeMethods(methods: PartialStoreMethods): StoreMethods {
  const { factors = NO_FACTORS, backupCodes = NO_BACKUP_CODES, passkeys = NO_PASSKEYS, identities = NO_IDENTITIES } = methods;
  return { ...methods, factors, backupCodes, passkeys, identities };
}

/** Unreachable: the configuration that would call it was refused. */
const refuse = async (): Promise<never> => {
  throw new AuthError('INTERNAL', { cause: 'the store lacks this part' });
};

const NO_FACTORS: FactorStore = {
  begin: refuse,
  find: async () => null,
  list: async () => [],
  listConfirmed: async () => [],
  confirm: refuse,
  advanceStep: refuse,
  removeAll: async () => 0,
};

const NO_BACKUP_CODES: BackupCodeStore = {
  replace: async (_userId: string, codes: readonly BackupCodeRecord[]) => (codes.length === 0 ? undefined : refuse()),
  use: async () => false,
  countUnused: async () => 0,
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
