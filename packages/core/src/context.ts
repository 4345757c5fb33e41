import type { Settings } from './config.js';
import type { Keyring } from './crypto/keyring.js';
import type { OriginWatch } from './services/origin-watch.js';
import type { ProxyWatch } from './services/proxy-watch.js';
import type { AuthEvent } from './model/events.js';
import type { OutgoingMessage } from './model/outgoing-message.js';
import type { FailureLog } from './services/failure-log.js';
import type { HashingQueue } from './services/hashing-queue.js';
import type { Delivery } from './services/delivery.js';
import type { SessionCache } from './services/session-cache.js';
import type { KeyedSemaphore } from './services/keyed-semaphore.js';
import type { AccessTokens } from './services/access-tokens.js';
import type { ApiDescription } from './model/openapi-document.js';
import type { MakeId } from './foundation/ids.js';
import type { Bus } from './ports/bus.js';
import type { Clock } from './ports/clock.js';
import type { Environment } from './ports/environment.js';
import type { Logger } from './ports/logger.js';
import type { Notifier } from './ports/notifier.js';
import type { OutboxRecord } from './ports/store/outbox.js';
import type { LocalRateLimiter, RateLimiter } from './ports/rate-limiter.js';
import type { Random } from './ports/random.js';
import type { AuthStore, StoreMethods } from './ports/store/store.js';

/** The settings, ports and services that use-cases work with. Created once by `createAuth`. */
export interface Context {
  readonly settings: Settings;
  /** The methods of every aggregate. In a `TransactionContext` they run in that transaction. */
  readonly store: StoreMethods;
  /** The store as a whole. Transactions begin with `withTransaction`. */
  readonly database: Omit<AuthStore, keyof StoreMethods>;
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: Environment;
  readonly logger: Logger;
  readonly notifier: Notifier;
  readonly keyring: Keyring;
  readonly hasher: HashingQueue;
  /** Runs attempts at the same password one after the other. */
  readonly passwordAttempts: KeyedSemaphore;
  /** Counts requests by source (security.md L3). */
  readonly limiter: RateLimiter;
  /** Logs failures of the limiter; the request goes on. */
  readonly limiterFailures: FailureLog;
  /** Tells other processes which users' session state has changed (S6). `undefined` without a bus. */
  readonly bus: Bus | undefined;
  /** Counts requests to the application's own routes, in this process. */
  readonly guardLimiter: LocalRateLimiter;
  readonly accessTokens: AccessTokens;
  readonly sessionCache: SessionCache;
  readonly makeId: MakeId;
  readonly proxyWatch: ProxyWatch;
  readonly originWatch: OriginWatch;
  /** The OpenAPI document of the routes under this mount. It is shared, so callers must not change it. */
  readonly describe: (mount: string) => ApiDescription;
  /** Seals the content of a message for the outbox; it is rendered when it is delivered. */
  readonly sealMessage: (message: OutgoingMessage) => OutboxRecord;
  readonly delivery: Delivery;
  /** Passes a committed event to the application. */
  readonly emit: (event: AuthEvent) => void;
}
