import { describeError } from '../foundation/describe-error.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

const PAUSE_MS = 60_000;

export interface FailureLogInput {
  readonly message: string;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Logs failures that can occur with every request: one line a minute says how many there were. */
export class FailureLog {
  readonly #input: FailureLogInput;
  #failures = 0;
  #loggedAt: number | null = null;

  constructor(input: FailureLogInput) {
    this.#input = input;
  }

  report(error: unknown): void {
    const { message, logger, clock } = this.#input;
    const now = clock.now();
    this.#failures += 1;
    // A clock that went back must not stop the logging.
    if (this.#loggedAt !== null && Math.abs(now - this.#loggedAt) < PAUSE_MS) return;
    logger.error(message, { ...describeError(error), failures: this.#failures });
    this.#loggedAt = now;
    this.#failures = 0;
  }
}
