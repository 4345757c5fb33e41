import type { Environment } from '../ports/environment.js';
import type { PasswordSettings } from '../features/passwords/options.js';

export interface HashingLimits {
  /** Hashes computed at the same time. */
  readonly concurrency: number;
  /** Hashes that may wait, whatever they take. */
  readonly waiting: number;
  /** How long the last in line may have to wait, in milliseconds. */
  readonly waitMs: number;
  /** What a hash takes, before any was measured. */
  readonly typicalMs: number;
}

const LIBUV_DEFAULT_THREADS = 4;
/** Of a hasher of the application's own. */
const UNKNOWN_MS = 250;
/** What bcrypt takes for each of its rounds on a machine of today. */
const MS_PER_ROUND = 1 / 16;

/**
 * How many hashes at once: one a core (security.md F3), but one less than libuv has threads, since those also read files and
 * resolve names, and would all wait behind the hashes.
 */
export function hashingLimits(settings: PasswordSettings, environment: Environment): HashingLimits {
  return {
    concurrency: settings.hashConcurrency ?? Math.min(environment.cores, hashingThreads(environment)),
    waiting: settings.hashQueue ?? Infinity,
    waitMs: settings.hashWait,
    typicalMs: settings.hasher === undefined ? 2 ** settings.cost * MS_PER_ROUND : UNKNOWN_MS,
  };
}

/** How many of libuv's threads hashes may have. */
export function hashingThreads(environment: Environment): number {
  const threads = Number(environment.variable('UV_THREADPOOL_SIZE')) || LIBUV_DEFAULT_THREADS;
  return Math.max(1, threads - 1);
}
