import type { AttemptStore } from './attempts.js';
import type { CounterStore } from './counters.js';
import type { DeviceStore } from './devices.js';
import type { EventStore } from './events.js';
import type { BackupCodeStore, FactorStore } from './factors.js';
import type { OneTimeTokenStore } from './one-time-tokens.js';
import type { OutboxStore } from './outbox.js';
import type { RateLimitStore } from './rate-limits.js';
import type { SessionStore } from './sessions.js';
import type { UserStore } from './users.js';

/** The verbs of every aggregate, outside or inside a transaction. */
export interface StoreVerbs {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly devices: DeviceStore;
  readonly factors: FactorStore;
  readonly backupCodes: BackupCodeStore;
  readonly oneTimeTokens: OneTimeTokenStore;
  readonly counters: CounterStore;
  readonly attempts: AttemptStore;
  readonly rateLimits: RateLimitStore;
  readonly outbox: OutboxStore;
  readonly events: EventStore;
}

/** How a database stands, as `auth.doctor()` asks. */
export interface StoreCondition {
  /** The database's own clock, in milliseconds since the epoch. */
  readonly now: number;
  /** Changes of the tables that this version needs and the database lacks, by name, in order. */
  readonly pendingMigrations: readonly string[];
  /** Changes that the database has and this version does not know: a newer one was here. */
  readonly unknownMigrations: readonly string[];
}

/**
 * Where everything is kept. `describeStoreContract` of `@sallyport/core/testing` proves an implementation.
 *
 * - Every verb MUST be atomic, and one that says whether it won MUST be right about it under any concurrency,
 *   from other processes too.
 * - A read MUST see every change that was acknowledged before it began.
 * - When the database does not answer, a verb MUST throw `AuthError('STORE_UNAVAILABLE')`, having changed nothing.
 * - No error may hold a value that was passed in: hashes and secrets are among them.
 */
export interface AuthStore extends StoreVerbs {
  /**
   * Runs `work` so that all its changes become visible at once, or none where it throws. Within `work`, only the
   * verbs of `tx` may be awaited: a store may hold its one write connection meanwhile. Transactions MUST behave as
   * if they ran one after the other wherever they touch the same rows.
   */
  transaction<T>(work: (tx: StoreVerbs) => Promise<T>): Promise<T>;
  /** Resolves when the database has answered. */
  ping(): Promise<void>;
  /** Looks at the database and changes nothing. A store may lack it: `auth.doctor()` then finds less. */
  examine?(): Promise<StoreCondition>;
  /** Finishes what is under way and lets go of the database. Calling it again does nothing. */
  close(): Promise<void>;
}
