import type { Logger } from '../ports/logger.js';

/** Clients can send any origin, so only the first few are logged. */
const MAX_WARNINGS = 10;
const MAX_LENGTH = 200;

/** Logs each origin that is refused in cookie mode once, so that a missing `trustedOrigins` entry is noticed. */
export class OriginWatch {
  readonly #logger: Logger;
  readonly #known = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  refused(origin: string | undefined): void {
    const shown = origin === undefined ? 'none' : origin.slice(0, MAX_LENGTH).replace(/[^\x21-\x7e]/g, '?');
    if (this.#known.size >= MAX_WARNINGS || this.#known.has(shown)) return;
    this.#known.add(shown);
    this.#logger.warn(
      'a request from an untrusted origin was refused: if the page is yours, add its origin to trustedOrigins; servers and scripts send no origin and need transport "bearer"',
      { origin: shown },
    );
  }
}
