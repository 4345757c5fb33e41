import { RedisUnavailableError } from './unavailable.js';
import { within } from './within.js';

export interface GateOptions<Client> {
  /** The client to use. Rejects if there is no connection and none is being opened. */
  readonly client: () => Promise<Client>;
  /** Timeout of a command in milliseconds, including the wait for a connection. */
  readonly timeoutMs: number;
  /** Called when the gate closes and when it opens again. */
  readonly onChange: (isOpen: boolean) => void;
}

/** The maximum number of pending commands. A command that timed out still counts, because the client keeps it until it ends. */
const MAX_PENDING = 10_000;
/** This many failures in a row close the gate. A single failure can be a short pause of Redis or of this process. */
const MAX_FAILURES = 5;
/** The interval between pings while the gate is closed. */
const RETRY_MS = 1_000;

/**
 * A circuit breaker for all commands. It limits the duration and the number of pending commands. After five failures in a row it
 * rejects at once, so that a Redis that hangs does not slow every request down. Pings in the background detect when Redis is
 * back.
 */
export class Gate<Client extends { ping(): Promise<unknown> }> {
  readonly #options: GateOptions<Client>;
  #pending = 0;
  #failures = 0;
  #isOpen = true;
  #retryAt = 0;

  constructor(options: GateOptions<Client>) {
    this.#options = options;
  }

  /** Rejects only with a `RedisUnavailableError`. */
  async run<Result>(command: (client: Client) => Promise<Result>): Promise<Result> {
    if (this.#isOpen) return this.#send(command);
    this.#askWhetherBack();
    throw new RedisUnavailableError('REDIS_OFFLINE');
  }

  /** Opens the gate, for example after a reconnect. */
  open(): void {
    this.#failures = 0;
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#options.onChange(true);
  }

  async #send<Result>(command: (client: Client) => Promise<Result>): Promise<Result> {
    // Not counted as a failure of Redis: otherwise a burst of requests would close the gate.
    if (this.#pending >= MAX_PENDING) throw new RedisUnavailableError('REDIS_BUSY');
    this.#pending += 1;
    let isAwaited = true;
    const work = async (): Promise<Result> => {
      try {
        const client = await this.#options.client();
        // The caller has stopped waiting. Sending the command now would still count a hit.
        if (!isAwaited) throw new RedisUnavailableError('REDIS_TIMEOUT');
        return await command(client);
      } finally {
        this.#pending -= 1;
      }
    };
    try {
      const result = await within(this.#options.timeoutMs, work());
      this.open();
      return result;
    } catch (error) {
      // Redis' error messages quote commands and keys, so they are not passed on (security.md G2).
      throw this.#failed(error instanceof RedisUnavailableError ? error.code : 'REDIS_FAILED');
    } finally {
      isAwaited = false;
    }
  }

  #askWhetherBack(): void {
    const now = performance.now();
    if (now < this.#retryAt) return;
    this.#retryAt = now + RETRY_MS;
    this.#send((client) => client.ping()).catch(() => undefined);
  }

  #failed(code: RedisUnavailableError['code']): RedisUnavailableError {
    this.#failures += 1;
    if (this.#isOpen && this.#failures >= MAX_FAILURES) {
      this.#isOpen = false;
      this.#retryAt = performance.now() + RETRY_MS;
      this.#options.onChange(false);
    }
    return new RedisUnavailableError(code);
  }
}
