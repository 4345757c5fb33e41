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
 * The tables that `purge` cleans up, and when a row of each is over. Sessions and one-time tokens: at the earlier of
 * revocation or consumption and expiry. Devices: when last seen. Factors that are only set-ups: when begun. Counters:
 * when the last limit stops counting them. Attempts: when forgotten. Rate limits: when their hits stop counting. Outbox
 * messages: when sent or given up. Events: when they happened.
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

/** The methods of all aggregates, inside or outside a transaction. */
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
  /** Optional: only `createStoreLimiter` needs it. */
  readonly rateLimits?: RateLimitStore | undefined;
  readonly outbox: OutboxStore;
  readonly events: EventStore;
  /**
   * Deletes at most `limit` rows of the table that were over before `before`; returns how many. Other rows MUST stay.
   * Not called for `factors` and `rateLimits` if the store lacks that part.
   */
  purge(table: PurgeTable, before: number, limit: number): Promise<number>;
}

/** The state of a database, for `auth.doctor()`. */
export interface StoreStatus {
  /** The database's own clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Names of the migrations that this version needs and the database lacks, in order. */
  readonly pendingMigrations: readonly string[];
  /** Names of migrations in the database that this version does not know: a newer version was used before. */
  readonly unknownMigrations: readonly string[];
  /** Why the store does not support this database server, such as `PostgreSQL 12 is older than 13`. */
  readonly unsupported?: string | undefined;
}

/** A log entry about how a store was opened. */
export interface StoreNotice {
  readonly message: string;
  readonly fields: LogFields;
}

/**
 * Stores all data. `describeStoreContract` of `@sallyport/core/testing` tests an implementation.
 *
 * - Every method MUST be atomic. If it returns whether it won, that MUST be right under any concurrency, across
 *   processes too.
 * - A read MUST see every change that was acknowledged before it began.
 * - If the database does not answer, a method MUST throw `AuthError('STORE_UNAVAILABLE')` and change nothing.
 * - Errors must not contain values that were passed in: hashes and secrets are among them.
 */
export interface AuthStore extends StoreMethods {
  /**
   * Runs `work` so that all its changes become visible at once, or none if it throws. Within `work`, await only the
   * methods of `tx`: a store may hold its only write connection until the end. Transactions that touch the same rows
   * MUST behave as if they ran one after the other.
   */
  transaction<T>(work: (tx: StoreMethods) => Promise<T>): Promise<T>;
  /** Resolves when the database has answered. */
  ping(): Promise<void>;
  /** Reads the state of the database and changes nothing. Optional: without it, `auth.doctor()` finds less. */
  inspect?(): Promise<StoreStatus>;
  /**
   * Erases deleted and overwritten data from the database's files, as far as the store can without blocking others.
   * Called after a person's data was removed. Optional: for databases that already do so by their own rules.
   */
  scrub?(): Promise<void>;
  /** Logged once by `createAuth`, for example that a new file was created. Optional. */
  readonly notices?: readonly StoreNotice[];
  /** Waits for pending calls and closes the database. Calling it again does nothing. */
  close(): Promise<void>;
}
