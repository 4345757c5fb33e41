import type { Caller } from '../model/caller.js';
import { AuthError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Environment } from '../ports/environment.js';
import type { PasswordHasher } from '../ports/password-hasher.js';
import { systemStopwatch } from '../ports/stopwatch.js';
import { rateLimitSource } from '../foundation/rate-limit-source.js';
import { hashingChannel, hashingQueueChannel } from '../telemetry/channels.js';
import type { HashingQueueState, HashingTrace } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import { FairQueue } from './fair-queue.js';
import type { PasswordSettings } from '../features/passwords/options.js';

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
  return {
    concurrency: settings.hashConcurrency ?? Math.min(environment.cores, hashingThreads(environment)),
    waiting: settings.hashQueue ?? WAITING_PER_CORE * environment.cores,
  };
}

/** How many of libuv's threads hashes may have. */
export function hashingThreads(environment: Environment): number {
  const threads = Number(environment.variable('UV_THREADPOOL_SIZE')) || LIBUV_DEFAULT_THREADS;
  return Math.max(1, threads - 1);
}

/** A hasher that takes its callers in turn. */
export interface HashingQueue extends Pick<PasswordHasher, 'needsRehash' | 'dummyHash'> {
  /** Rejects where nothing can be hashed on this machine, as far as the hasher can tell. */
  check(): Promise<void>;
  /** Both fail with `OVERLOADED` where too many wait, and with the reason of the caller's signal where nobody does. */
  hash(input: { readonly password: string; readonly caller: Caller }): Promise<string>;
  verify(input: { readonly password: string; readonly hash: string; readonly caller: Caller }): Promise<boolean>;
}

interface Turn {
  readonly begin: () => void;
  readonly refuse: (error: AuthError) => void;
}

interface Task<T> {
  readonly caller: Caller;
  readonly work: () => Promise<T>;
}

/**
 * Puts a hasher behind a bounded queue in which sources take turns; past its end the answer is `OVERLOADED`. A hash that
 * nobody waits for any more is not begun, one that was begun is finished.
 */
export function queueHashing(hasher: PasswordHasher, limits: Limits, clock: Clock): HashingQueue {
  const line = new FairQueue<Turn>(limits.waiting);
  let running = 0;
  let typicalMs = FIRST_GUESS_MS;

  const run = async <T>(operation: HashingTrace['operation'], { caller, work }: Task<T>): Promise<T> =>
    traced({ channel: hashingChannel, message: { operation }, work: (trace: HashingTrace) => runInTurn({ caller, work, trace }) });

  async function runInTurn<T>({ caller, work, trace }: Task<T> & { readonly trace: HashingTrace }): Promise<T> {
    caller.signal?.throwIfAborted();
    const cameAt = systemStopwatch();
    if (running < limits.concurrency) running += 1;
    else await turn(caller);
    trace.waitMs = systemStopwatch() - cameAt;
    publishState();
    const begunAt = clock.now();
    try {
      return await work();
    } finally {
      typicalMs += (Math.max(0, clock.now() - begunAt) - typicalMs) / 8;
      const next = line.next();
      // Whoever is next takes over this place, so that nobody who comes later can slip in between.
      if (next === undefined) running -= 1;
      else next.begin();
      publishState();
    }
  }

  function publishState(): void {
    const state: HashingQueueState = { waiting: line.length, running };
    hashingQueueChannel.publish(state);
  }

  function turn({ ip, signal }: Caller): Promise<void> {
    return new Promise((resolve, reject) => {
      const source = rateLimitSource(ip);
      const stop = (): void => signal?.removeEventListener('abort', leave);
      const mine: Turn = { begin: () => (stop(), resolve()), refuse: (error) => (stop(), reject(error)) };
      const leave = (): void => {
        line.leave(source, mine);
        publishState();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      line.enter(source, mine)?.refuse(overloaded());
      publishState();
    });
  }

  /** Says when all who wait now will have had their turn. */
  function overloaded(): AuthError {
    const backlogMs = ((line.length + 1) * typicalMs) / limits.concurrency;
    return new AuthError('OVERLOADED', { retryAfterSeconds: Math.max(1, Math.ceil(backlogMs / 1_000)) });
  }

  return {
    hash: ({ password, caller }) => run('hash', { caller, work: () => hasher.hash(password) }),
    verify: ({ password, hash, caller }) => run('verify', { caller, work: () => hasher.verify(password, hash) }),
    needsRehash: (hash) => hasher.needsRehash(hash),
    dummyHash: () => hasher.dummyHash(),
    check: async () => hasher.check?.(),
  };
}
