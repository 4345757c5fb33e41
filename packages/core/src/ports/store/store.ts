import type { LogFields } from '../logger.js';
import type { AttemptStore } from './attempts.js';
import type { CounterStore } from './counters.js';
import type { DeviceStore } from './devices.js';
import type { EventStore } from './events.js';
import type { BackupCodeStore, FactorStore } from './factors.js';
import type { IdentityStore } from './identities.js';
import type { OneTimeTokenStore } from './one-time-tokens.js';
import type { OutboxStore } from './outbox.js';
import type { PasskeyStore } from './passkeys.js';
import type { RateLimitStore } from './rate-limits.js';
import type { SessionStore } from './sessions.js';
import type { UserStore } from './users.js';

/**
 * The tables that `purge` empties of what is over, and when a row of each is over: sessions and one-time tokens with
 * the first of their ends (revocation or consumption, expiry), devices when they were last seen, factors that are
 * only set-ups when they were begun, counters when no limit that they were taken under counts them any more, attempts
 * when they are forgotten, rate limits when their hits have worn off, outbox messages when they were sent or given
 * up, events when they happened.
 */
export type PurgeTable =
  | 'sessions'
  | 'devices'
  | 'oneTimeTokens'
  | 'factors'
  | 'counters'
  | 'attempts'
  | 'rateLimits'
  | 'outbox'
  | 'events';

/** The methods of every aggregate, outside or inside a transaction. */
export interface StoreMethods {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly devices: DeviceStore;
  readonly factors: FactorStore;
  readonly backupCodes: BackupCodeStore;
  readonly passkeys: PasskeyStore;
  readonly identities: IdentityStore;
  readonly oneTimeTokens: OneTimeTokenStore;
  readonly counters: CounterStore;
  readonly attempts: AttemptStore;
  /** Optional: needed for `createStoreLimiter` alone. */
  readonly rateLimits?: RateLimitStore | undefined;
  readonly outbox: OutboxStore;
  readonly events: EventStore;
  /** Deletes at most `limit` rows of the table that were over before `before`; says how many. Other rows MUST stay. */
  purge(table: PurgeTable, before: number, limit: number): Promise<number>;
}

/** The state of a database, for `auth.doctor()`. */
export interface StoreStatus {
  /** The database's own clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Names of the migrations that this version needs and the database lacks, in order. */
  readonly pendingMigrations: readonly string[];
  /** Names of migrations that the database has and this version does not know: a newer version was here. */
  readonly unknownMigrations: readonly string[];
  /** Why the store does not support this database server, such as `PostgreSQL 12 is older than 13`. */
  readonly unsupported?: string | undefined;
}

/** What the log should say of how a store was opened. */
export interface StoreNotice {
  readonly message: string;
  readonly fields: LogFields;
}

/**
 * Stores everything. `describeStoreContract` of `@sallyport/core/testing` proves an implementation.
 *
 * - Every method MUST be atomic, and one that says whether it won MUST be right about it under any concurrency,
 *   from other processes too.
 * - A read MUST see every change that was acknowledged before it began.
 * - When the database does not answer, a method MUST throw `AuthError('STORE_UNAVAILABLE')`, having changed nothing.
 * - No error may hold a value that was passed in: hashes and secrets are among them.
 */
export interface AuthStore extends StoreMethods {
  /**
   * Runs `work` so that all its changes become visible at once, or none where it throws. Within `work`, only the
   * methods of `tx` may be awaited: a store may hold its one write connection meanwhile. Transactions MUST behave as
   * if they ran one after the other wherever they touch the same rows.
   */
  transaction<T>(work: (tx: StoreMethods) => Promise<T>): Promise<T>;
  /** Resolves when the database has answered. */
  ping(): Promise<void>;
  /** Reads the state of the database and changes nothing. Optional: without it, `auth.doctor()` finds less. */
  inspect?(): Promise<StoreStatus>;
  /**
   * Leaves nothing in the database's files of what was deleted or overwritten, as far as the store can without making others
   * wait. Called after a person's data was removed. Optional: for databases that keep it no longer than their own rules say.
   */
  scrub?(): Promise<void>;
  /** Is logged once by `createAuth`, such as where a new file was made. Optional. */
  readonly notices?: readonly StoreNotice[];
  /** Waits for pending calls and closes the database. Calling it again does nothing. */
  close(): Promise<void>;
}
