import type { Connection } from './clients.js';
import { RedisUnavailableError } from './unavailable.js';
import { within } from './within.js';

export interface LinkOptions {
  /** A new connection, not opened yet. */
  readonly make: () => Connection;
  /** Runs on each new connection before it is used, for example to subscribe. */
  readonly prepare?: (connection: Connection) => Promise<unknown>;
  /** Called when a connection is ready, when it is lost, and when the first one cannot be opened. */
  readonly onChange: (isUp: boolean) => void;
}

const CONNECT_TIMEOUT_MS = 2_000;
const HEARTBEAT_MS = 1_000;
const HEARTBEAT_TIMEOUT_MS = 1_000;
const MIN_RETRY_MS = 50;
const MAX_RETRY_MS = 2_000;

/**
 * Keeps one connection to Redis, and opens a new one when it is lost. A ping each second detects connections that are lost
 * silently, as in a network failure: TCP alone would take minutes.
 */
export class Link {
  readonly #options: LinkOptions;
  #connection: Connection | null = null;
  /** Rejected while there is no connection and none is being opened. */
  #ready: Promise<Connection> = offline();
  #isUp: boolean | undefined;
  #isClosed = false;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#connect();
  }

  /** The connection, which may still be opening. Rejects if there is none. */
  client(): Promise<Connection> {
    return this.#ready;
  }

  /** Whether there is a connection, after the pending attempt. */
  isReady(): Promise<boolean> {
    return this.#ready.then(
      () => true,
      () => false,
    );
  }

  /** Closes the connection and opens a new one. */
  reset(): void {
    if (this.#connection !== null) this.#lose(this.#connection);
  }

  close(): void {
    this.#isClosed = true;
    this.reset();
    clearTimeout(this.#timer);
  }

  #connect(): void {
    const connection = this.#options.make();
    this.#connection = connection;
    connection.onLost(() => this.#lose(connection));
    this.#ready = this.#establish(connection);
    this.#ready.then(
      () => this.#keep(connection),
      () => this.#lose(connection),
    );
  }

  async #establish(connection: Connection): Promise<Connection> {
    await within(CONNECT_TIMEOUT_MS, connection.open());
    if (this.#options.prepare !== undefined) await within(CONNECT_TIMEOUT_MS, this.#options.prepare(connection));
    return connection;
  }

  #keep(connection: Connection): void {
    if (this.#connection !== connection) return;
    this.#failures = 0;
    this.#set(true);
    this.#watch(connection);
  }

  #watch(connection: Connection): void {
    this.#timer = setTimeout(() => {
      within(HEARTBEAT_TIMEOUT_MS, connection.ping()).then(
        () => {
          if (this.#connection === connection) this.#watch(connection);
        },
        () => this.#lose(connection),
      );
    }, HEARTBEAT_MS).unref();
  }

  #lose(connection: Connection): void {
    // One loss can be reported by several events.
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#ready = offline();
    discard(connection);
    this.#set(false);
    if (!this.#isClosed) this.#retry();
  }

  #set(isUp: boolean): void {
    if (this.#isUp === isUp || this.#isClosed) return;
    this.#isUp = isUp;
    this.#options.onChange(isUp);
  }

  /** Jitter, so that many processes do not reconnect at the same moment. */
  #retry(): void {
    clearTimeout(this.#timer);
    const longest = Math.min(MAX_RETRY_MS, MIN_RETRY_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2)).unref();
  }
}

function discard(connection: Connection): void {
  try {
    connection.destroy();
  } catch {
    // Some clients throw if the connection was not open.
  }
}

function offline(): Promise<never> {
  const rejected = Promise.reject<never>(new RedisUnavailableError('REDIS_OFFLINE'));
  // Handle the rejection here: possibly nobody awaits this promise.
  rejected.catch(() => undefined);
  return rejected;
}
