import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';
import { fractionOf } from '../../ports/random.js';
import { purgeExpired, type PurgeExpiredInput } from './purge-expired.js';
import { resumeAnonymizations } from '../accounts/anonymize-events.js';
import { removeUnused } from '../accounts/remove-unused.js';

/** Purges expired rows on request and by a timer, one run at a time. */
export class Maintenance {
  readonly #context: Context;
  #run: Promise<void> | null = null;
  #resumption: Promise<void> | null = null;
  #cancelTimer: () => void = () => undefined;
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Starts the timer, unless `maintenance` is `false`. */
  start(): void {
    const { every } = this.#context.settings.maintenance;
    if (every === null || this.#closed) return;
    this.#resumption ??= this.#resume();
    // Random, so that processes that start together do not all purge at the same time.
    const pauseMs = Math.round(every * (0.5 + fractionOf(this.#context.random)));
    this.#cancelTimer = this.#context.clock.schedule(() => void this.#runByTimer(), pauseMs);
  }

  /** Purges now; a call during a run joins it. Rejects if the store does. */
  run({ holdsProcess }: Pick<PurgeExpiredInput, 'holdsProcess'>): Promise<void> {
    this.#run ??= this.#purge(holdsProcess).finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  /** Stops the timer, and a running purge after its current batch. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    // The caller that started the run gets the error.
    await this.#run?.catch(() => undefined);
    await this.#resumption;
  }

  async #runByTimer(): Promise<void> {
    try {
      await this.run({ holdsProcess: false });
    } catch (error) {
      this.#context.logger.error('maintenance failed', describeError(error));
    }
    this.start();
  }

  /** Finishes, once at start, the removals that an ended process left incomplete (security.md F2). */
  async #resume(): Promise<void> {
    const { database, logger } = this.#context;
    try {
      if ((await resumeAnonymizations(this.#context, { isCancelled: () => this.#closed })) > 0) await database.scrub?.();
    } catch (error) {
      if (!this.#closed) logger.error('the events of removed accounts are not anonymized yet; the next run will retry', describeError(error));
    }
  }

  async #purge(holdsProcess: boolean): Promise<void> {
    const { clock, logger } = this.#context;
    const begun = clock.now();
    const isCancelled = (): boolean => this.#closed;
    const users = await removeUnused(this.#context, { isCancelled });
    const anonymized = await resumeAnonymizations(this.#context, { isCancelled });
    const purged = await purgeExpired(this.#context, { isCancelled, holdsProcess });
    if (anonymized > 0 || Object.values(purged).some((rows) => rows > 0)) await this.#context.database.scrub?.();
    logger.debug('purged expired rows', { ...purged, users, anonymized, durationMs: clock.now() - begun });
  }
}
