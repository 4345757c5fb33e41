import { AsyncLocalStorage } from 'node:async_hooks';
import { AuthError } from '../../errors.js';
import { wrapMethods } from '../../ports/store/wrap-methods.js';
import type { AuthStore, StoreMethods } from '../../ports/store/store.js';
import { memoryAttempts } from './attempts.js';
import { memoryBackupCodes } from './backup-codes.js';
import { memoryCounters } from './counters.js';
import { memoryDevices } from './devices.js';
import { memoryEvents, toEventRecord } from './events.js';
import { memoryFactors } from './factors.js';
import { memoryIdentities } from './identities.js';
import { createMutex } from './mutex.js';
import { memoryOneTimeTokens } from './one-time-tokens.js';
import { memoryOutbox } from './outbox.js';
import { memoryPasskeys } from './passkeys.js';
import { memoryPurge } from './purge.js';
import { memoryRateLimits } from './rate-limits.js';
import { memorySessions } from './sessions.js';
import { copyTables, createTables } from './tables.js';
import type { Tables } from './tables.js';
import { createUndoLog } from './undo-log.js';
import type { UndoLog } from './undo-log.js';
import { memoryUsers } from './users.js';

export interface MemoryStore extends AuthStore {
  /** All rows of all tables by id, as a snapshot to compare with another. */
  dump(): Readonly<Record<string, readonly object[]>>;
  /** An independent store with the same rows. */
  copy(): MemoryStore;
}

/** A transaction in progress, and the transaction of another store that it was begun in. */
interface Scope {
  readonly tables: Tables;
  readonly outer: Scope | undefined;
  open: boolean;
}

/** One for all stores: Node visits every AsyncLocalStorage whenever a promise is created. */
const scopes = new AsyncLocalStorage<Scope>();

function isWithin(tables: Tables): boolean {
  for (let scope = scopes.getStore(); scope !== undefined; scope = scope.outer) {
    if (scope.tables === tables && scope.open) return true;
  }
  return false;
}

/** A store for tests, which keeps the whole contract and is lost with the process. */
export function createMemoryStore(): MemoryStore {
  const log = createUndoLog();
  return storeOn(createTables(log), log);
}

function storeOn(tables: Tables, log: UndoLog): MemoryStore {
  const methods: StoreMethods = {
    users: memoryUsers(tables),
    sessions: memorySessions(tables),
    devices: memoryDevices(tables),
    factors: memoryFactors(tables),
    backupCodes: memoryBackupCodes(tables),
    passkeys: memoryPasskeys(tables),
    identities: memoryIdentities(tables),
    oneTimeTokens: memoryOneTimeTokens(tables),
    counters: memoryCounters(tables),
    attempts: memoryAttempts(tables),
    rateLimits: memoryRateLimits(tables),
    outbox: memoryOutbox(tables),
    events: memoryEvents(tables),
    purge: memoryPurge(tables),
  };
  const exclusively = createMutex();
  let closed = false;

  /** Reads wait for a transaction too: they must not see changes that may be rolled back. */
  async function outside<T>(call: () => Promise<T>): Promise<T> {
    if (closed) throw new AuthError('STORE_UNAVAILABLE', { cause: 'the store was closed' });
    // It would wait for the transaction, which waits for this call.
    if (isWithin(tables)) throw new Error('Within a transaction, use the methods of `tx` only');
    return exclusively(call);
  }

  async function transaction<T>(work: (tx: StoreMethods) => Promise<T>): Promise<T> {
    const scope: Scope = { tables, outer: scopes.getStore(), open: true };
    const tx = wrapMethods(methods, async ({ run }) => {
      if (!scope.open) throw new Error('This transaction has ended: an `await` is missing in it');
      return run();
    });
    try {
      return await atomically(() => scopes.run(scope, () => work(tx)));
    } finally {
      scope.open = false;
    }
  }

  async function atomically<T>(work: () => Promise<T>): Promise<T> {
    log.begin();
    try {
      const result = await work();
      log.commit();
      return result;
    } catch (error) {
      log.rollback();
      throw error;
    }
  }

  return {
    ...wrapMethods(methods, async ({ run }) => outside(() => atomically(run))),
    transaction: async (work) => outside(() => transaction(work)),
    ping: async () => outside(async () => undefined),
    dump: () => ({
      ...Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, byId([...rows.all()])])),
      events: byId([...tables.events.all()]).map(toEventRecord),
    }),
    copy() {
      const log = createUndoLog();
      const copied = createTables(log);
      copyTables(tables, copied);
      return storeOn(copied, log);
    },
    async close() {
      closed = true;
      await exclusively(async () => undefined);
    },
  };
}

function byId<Row extends { readonly id: string }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
