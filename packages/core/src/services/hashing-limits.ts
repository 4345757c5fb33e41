import type { Environment } from '../ports/environment.js';
import type { PasswordSettings } from '../features/passwords/options.js';

export interface HashingLimits {
  /** Maximum of hashes computed at the same time. */
  readonly concurrency: number;
  /** Maximum of waiting hashes, whatever their duration. */
  readonly waiting: number;
  /** Maximum wait of the last one in the queue, in milliseconds. */
  readonly waitMs: number;
  /** The assumed duration of a hash before any was measured. */
  readonly typicalMs: number;
}

const LIBUV_DEFAULT_THREADS = 4;
/** For a hasher of the application. */
const UNKNOWN_MS = 250;
/** Duration of a bcrypt round on a current machine. */
const MS_PER_ROUND = 1 / 16;

/**
 * How many hashes run at once: one per core (security.md F3), but one less than libuv has threads. Those threads also
 * read files and resolve names, which would otherwise wait behind the hashes.
 */
export function hashingLimits(settings: PasswordSettings, environment: Environment): HashingLimits {
  return {
    concurrency: settings.hashConcurrency ?? Math.min(environment.cores, hashingThreads(environment)),
    waiting: settings.hashQueue ?? Infinity,
    waitMs: settings.hashWait,
    typicalMs: settings.hasher === undefined ? 2 ** settings.cost * MS_PER_ROUND : UNKNOWN_MS,
  };
}

/** How many of libuv's threads hashes may use. */
export function hashingThreads(environment: Environment): number {
  const threads = Number(environment.variable('UV_THREADPOOL_SIZE')) || LIBUV_DEFAULT_THREADS;
  return Math.max(1, threads - 1);
}
