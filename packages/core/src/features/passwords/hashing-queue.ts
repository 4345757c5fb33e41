import { AuthError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Environment } from '../../ports/environment.js';
import type { PasswordHasher } from '../../ports/password-hasher.js';
import type { PasswordSettings } from './options.js';

interface Limits {
  readonly concurrency: number;
  readonly waiting: number;
}

const LIBUV_DEFAULT_THREADS = 4;
const WAITING_PER_CORE = 32;
/** Before anything was measured. */
const FIRST_GUESS_MS = 250;

/**
 * How many hashes at once: one a core (security.md F3), but one less than libuv has threads, since those also read
 * files, resolve names and sign tokens, and would all wait behind the hashes.
 */
export function hashingLimits(settings: PasswordSettings, environment: Environment): Limits {
  const threads = Number(environment.variable('UV_THREADPOOL_SIZE')) || LIBUV_DEFAULT_THREADS;
  return {
    concurrency: settings.hashConcurrency ?? Math.min(environment.cores, Math.max(1, threads - 1)),
    waiting: settings.hashQueue ?? WAITING_PER_CORE * environment.cores,
  };
}

/** Puts a hasher behind a bounded queue, first come, first served; past its end the answer is `OVERLOADED`. */
export function queueHashing(hasher: PasswordHasher, limits: Limits, clock: Clock): PasswordHasher {
  const waiting: (() => void)[] = [];
  let running = 0;
  let typicalMs = FIRST_GUESS_MS;

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running < limits.concurrency) running += 1;
    else await turn();
    const begun = clock.now();
    try {
      return await work();
    } finally {
      typicalMs += (clock.now() - begun - typicalMs) / 8;
      const next = waiting.shift();
      // Whoever is next takes over this place, so that nobody who comes later can slip in between.
      if (next === undefined) running -= 1;
      else next();
    }
  }

  function turn(): Promise<void> {
    if (waiting.length >= limits.waiting) {
      const backlogMs = ((waiting.length + 1) * typicalMs) / limits.concurrency;
      throw new AuthError('OVERLOADED', { retryAfterSeconds: Math.max(1, Math.ceil(backlogMs / 1_000)) });
    }
    return new Promise((resolve) => waiting.push(resolve));
  }

  return {
    hash: (password) => run(() => hasher.hash(password)),
    verify: (password, hash) => run(() => hasher.verify(password, hash)),
    needsRehash: (hash) => hasher.needsRehash(hash),
    dummyHash: () => hasher.dummyHash(),
  };
}
