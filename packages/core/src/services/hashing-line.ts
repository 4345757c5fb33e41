import { AuthError } from '../errors.js';
import { rateLimitSource } from '../foundation/rate-limit-source.js';
import type { Caller } from '../model/caller.js';
import type { Clock } from '../ports/clock.js';
import { hashingQueueChannel } from '../telemetry/channels.js';
import type { HashingQueueState } from '../telemetry/channels.js';
import { FairQueue } from './fair-queue.js';
import type { HashingLimits } from './hashing-limits.js';

/** What a request holds in the line, from its first moment to its last. */
export interface Place {
  readonly source: string;
  state: 'in-line' | 'running' | 'evicted' | 'outside';
  /** Set while a hash waits for its turn. */
  waiting: { readonly begin: () => void; readonly refuse: (error: AuthError) => void } | null;
}

/**
 * The line for hashes, in which sources take turns. It ends where its last would wait longer than `waitMs`, by what hashes have
 * lately taken, or where `waiting` are in it.
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
    const evicted = this.#line.enter(place.source, place, this.#room());
    if (evicted === place) throw this.#overloaded();
    if (evicted !== null) {
      evicted.state = 'evicted';
      evicted.waiting?.refuse(this.#overloaded());
    }
    this.#publishState();
    return place;
  }

  /** Gives the place back. */
  leave(place: Place): void {
    if (place.state === 'in-line') this.#line.leave(place.source, place);
    place.state = 'outside';
    this.#publishState();
  }

  /** Begins at once and gives nothing, or gives what resolves when the turn has come. */
  takeTurn(place: Place, { signal }: Caller): Promise<void> | undefined {
    signal?.throwIfAborted();
    if (place.state === 'evicted') throw this.#overloaded();
    if (place.state === 'outside') {
      // The second hash of a request: it was let in, and has done the first one in vain if it is refused now.
      this.#line.enter(place.source, place);
      place.state = 'in-line';
    }
    if (this.#running < this.#limits.concurrency) {
      this.#line.leave(place.source, place);
      this.#begin(place);
      return undefined;
    }
    return this.#wait(place, signal);
  }

  /** Does the work of a place whose turn it is, then passes the turn on. */
  async run<T>(place: Place, work: () => Promise<T>): Promise<T> {
    this.#publishState();
    const begunAt = this.#clock.now();
    try {
      return await work();
    } finally {
      this.#typicalMs += (Math.max(0, this.#clock.now() - begunAt) - this.#typicalMs) / 8;
      place.state = 'outside';
      this.#running -= 1;
      // Whoever is next takes over the turn, so that nobody who comes later can slip in between.
      const next = this.#line.next(({ waiting }) => waiting !== null);
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

  /** How many may be in the line. Those who will begin at once are in it too while they prepare. */
  #room(): number {
    const { concurrency, waiting, waitMs } = this.#limits;
    const inTime = Math.floor((waitMs * concurrency) / Math.max(1, this.#typicalMs));
    return concurrency - this.#running + Math.min(waiting, inTime);
  }

  /** Says when all who wait now will have had their turn. */
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
