import type { Settings } from './config.js';
import type { Keyring } from './crypto/keyring.js';
import type { ProxyWatch } from './services/proxy-watch.js';
import type { AuthEvent } from './model/events.js';
import type { Maintenance } from './features/maintenance/maintenance.js';
import type { DeliveryWorker } from './features/notifications/delivery-worker.js';
import type { OutgoingMessage } from './model/outgoing-message.js';
import type { HashingQueue } from './services/hashing-queue.js';
import type { SessionStates } from './services/session-cache.js';
import type { GuessTurns } from './services/keyed-semaphore.js';
import type { AccessTokens } from './services/access-tokens.js';
import type { OpenApiDocument } from './router/openapi.js';
import type { MakeId } from './foundation/ids.js';
import type { Clock } from './ports/clock.js';
import type { Environment } from './ports/environment.js';
import type { Logger } from './ports/logger.js';
import type { Channel } from './ports/notifier.js';
import type { OutboxRecord } from './ports/store/outbox.js';
import type { RateLimiter } from './ports/rate-limiter.js';
import type { Random } from './ports/random.js';
import type { AuthStore } from './ports/store/store.js';

/** Everything that use-cases work with. Each takes the part that it names. */
export interface Deps {
  readonly settings: Settings;
  readonly store: AuthStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: Environment;
  readonly logger: Logger;
  readonly keyring: Keyring;
  readonly hasher: HashingQueue;
  /** Where guesses at one password wait for one another. */
  readonly guessTurns: GuessTurns;
  /** Counts the requests of sources. */
  readonly limiter: RateLimiter;
  readonly accessTokens: AccessTokens;
  readonly sessionStates: SessionStates;
  readonly makeId: MakeId;
  /** The OpenAPI document of the routes under this mount. */
  readonly describe: (mount: string) => OpenApiDocument;
  /** Puts a message into words and seals it. */
  readonly compose: (message: OutgoingMessage) => OutboxRecord;
  /** Empties the outbox. */
  readonly delivery: DeliveryWorker;
  /** Purges what has expired. */
  readonly maintenance: Maintenance;
  /** Has the outbox delivered without waiting for its timer. */
  readonly wakeDelivery: () => void;
  /** Which channels the notifier serves. */
  readonly channels: readonly Channel[];
  /** Whether the notifier prints messages instead of sending them. */
  readonly printsMessages: boolean;
  readonly proxyWatch: ProxyWatch;
  /** Tells the application of a committed event. */
  readonly emit: (event: AuthEvent) => void;
}

/** Where a request comes from, for events, sessions and devices, and whether anybody waits for its answer. */
export interface Caller {
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** Aborted when nobody does any more. */
  readonly signal?: AbortSignal | undefined;
}
