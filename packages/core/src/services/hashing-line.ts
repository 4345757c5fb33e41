import { AuthError } from '../errors.js';
import { rateLimitSource } from '../foundation/rate-limit-source.js';
import type { Caller } from '../model/caller.js';
import type { Clock } from '../ports/clock.js';
import { hashingQueueChannel, type HashingQueueState } from '../telemetry/channels.js';
import { FairQueue } from './fair-queue.js';
import type { HashingLimits } from './hashing-limits.js';

/** A request's place in the queue, from `enter` to `leave`. */
export interface Place {
  readonly source: string;
  state: 'in-line' | 'running' | 'evicted' | 'outside';
  /** Set while a hash waits. */
  waiting: { readonly begin: () => void; readonly refuse: (error: AuthError) => void } | null;
}

/**
 * The fair queue for password hashes. It is full if `waiting` requests are in it, or if another one would wait longer than `waitMs`,
 * estimated from the recent duration of hashes.
 */
export class HashingLine {
  readonly #line = new FairQueue<Place>();
  readonly #limits: HashingLimits;
  readonly #clock: Clock;
  #running = 0;
  #typicalMs: number;

  constructor(limits: HashingLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
    this.#typicalMs = limits.typicalMs;
  }

  /** Takes a place, or throws `OVERLOADED`. */
  enter({ ip }: Caller): Place {
    const place: Place = { source: rateLimitSource(ip), state: 'in-line', waiting: null };
    const evicted = this.#line.enqueue(place.source, place, this.#room());
    if (evicted === place) throw this.#overloaded();
    if (evicted !== null) {
      evicted.state = 'evicted';
      evicted.waiting?.refuse(this.#overloaded());
    }
    this.#publishState();
    return place;
  }

  /** Releases the place. */
  leave(place: Place): void {
    if (place.state === 'in-line') this.#line.remove(place.source, place);
    place.state = 'outside';
    this.#publishState();
  }

  /** Returns `undefined` if the hash may begin at once, or else a promise that resolves when it may. */
  takeTurn(place: Place, { signal }: Caller): Promise<void> | undefined {
    signal?.throwIfAborted();
    if (place.state === 'evicted') throw this.#overloaded();
    if (place.state === 'outside') {
      // The second hash of an admitted request. Refusing it now would waste the first one.
      this.#line.enqueue(place.source, place);
      place.state = 'in-line';
    }
    if (this.#running < this.#limits.concurrency) {
      this.#line.remove(place.source, place);
      this.#begin(place);
      return undefined;
    }
    return this.#wait(place, signal);
  }

  /** Runs the hash, then starts the next one. */
  async run<T>(place: Place, work: () => Promise<T>): Promise<T> {
    this.#publishState();
    const begunAt = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#typicalMs += (Math.max(0, this.#clock.now() - begunAt) - this.#typicalMs) / 8;
      place.state = 'outside';
      this.#running -= 1;
      // The slot is handed to the next request directly, so that a later one cannot take it.
      const next = this.#line.dequeue(({ waiting }) => waiting !== null);
      if (next !== undefined) {
        this.#begin(next);
        next.waiting?.begin();
      }
      this.#publishState();
    }
  }

  #begin(place: Place): void {
    place.state = 'running';
    this.#running += 1;
  }

  async #wait(place: Place, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = withResolvers();
    const onAbort = (): void => {
      this.leave(place);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    place.waiting = { begin: resolve, refuse: reject };
    this.#publishState();
    try {
      await promise;
    } finally {
      place.waiting = null;
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** How many requests may be in the queue, including those that will begin at once. */
  #room(): number {
    const { concurrency, waiting, waitMs } = this.#limits;
    const inTime = Math.floor((waitMs * concurrency) / Math.max(1, this.#typicalMs));
    return concurrency - this.#running + Math.min(waiting, inTime);
  }

  /** `Retry-After` is the time until all waiting requests are done. */
  #overloaded(): AuthError {
    const backlogMs = ((this.#line.length + 1) * this.#typicalMs) / this.#limits.concurrency;
    return new AuthError('OVERLOADED', { retryAfterSeconds: Math.max(1, Math.ceil(backlogMs / 1_000)) });
  }

  #publishState(): void {
    if (!hashingQueueChannel.hasSubscribers) return;
    const state: HashingQueueState = { waiting: this.#line.length, running: this.#running };
    hashingQueueChannel.publish(state);
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void; readonly reject: (reason: unknown) => void } {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
