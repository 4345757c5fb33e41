import type { Context } from '../../context.js';
import { describeError } from '../../foundation/describe-error.js';
import { fractionOf } from '../../ports/random.js';
import { purgeExpired } from './purge-expired.js';
import { removeUnused } from '../accounts/remove-unused.js';
import type { PurgeExpiredInput } from './purge-expired.js';

/** Purges what has expired, when asked and by a timer, one run at a time. */
export class Maintenance {
  readonly #context: Context;
  #run: Promise<void> | null = null;
  #cancelTimer: () => void = () => undefined;
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Has it done by itself from now on, unless the settings say otherwise. */
  start(): void {
    const { every } = this.#context.settings.maintenance;
    if (every === null || this.#closed) return;
    // Random, so that processes that were started together do not all purge together.
    const pauseMs = Math.round(every * (0.5 + fractionOf(this.#context.random)));
    this.#cancelTimer = this.#context.clock.schedule(() => void this.#runByTimer(), pauseMs);
  }

  /** Purges now; a call while a run is under way joins it. Rejects where the store does. */
  run({ holdsProcess }: Pick<PurgeExpiredInput, 'holdsProcess'>): Promise<void> {
    this.#run ??= this.#purge(holdsProcess).finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  /** Stops the timer, and a run after the batch that it is at. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTimer();
    // Whoever began it hears of its failure.
    await this.#run?.catch(() => undefined);
  }

  async #runByTimer(): Promise<void> {
    try {
      await this.run({ holdsProcess: false });
    } catch (error) {
      this.#context.logger.error('maintenance failed', describeError(error));
    }
    this.start();
  }

  async #purge(holdsProcess: boolean): Promise<void> {
    const { clock, logger } = this.#context;
    const begun = clock.now();
    const isCancelled = (): boolean => this.#closed;
    const users = await removeUnused(this.#context, { isCancelled });
    const purged = await purgeExpired(this.#context, { isCancelled, holdsProcess });
    logger.debug('purged what had expired', { ...purged, users, durationMs: clock.now() - begun });
  }
}
