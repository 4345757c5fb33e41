import type { Caller } from '../model/caller.js';
import type { Clock } from '../ports/clock.js';
import type { PasswordHasher } from '../ports/password-hasher.js';
import { systemStopwatch } from '../ports/stopwatch.js';
import { hashingChannel, type HashingTrace } from '../telemetry/channels.js';
import { traced } from '../telemetry/traced.js';
import { HashingLine, type Place } from './hashing-line.js';
import type { HashingLimits } from './hashing-limits.js';

interface HashInput {
  readonly password: string;
  readonly caller: Caller;
}

/** A hasher with a queue that serves its callers in turn. */
export interface HashingQueue extends Pick<PasswordHasher, 'needsRehash' | 'dummyHash'> {
  /** Rejects if hashing is impossible on this machine, as far as the hasher can tell. */
  check(): Promise<void>;
  /**
   * Takes a place in the queue at once, or throws `OVERLOADED`. The place is kept until `release`, for all hashes of
   * one request. A request of a source with fewer places may take it over: then the next hash fails with `OVERLOADED`.
   */
  reserve(caller: Caller): HashingPlace;
  /** Both fail with `OVERLOADED` if too many wait, and with the reason of the caller's signal if the client has disconnected. */
  hash(input: HashInput): Promise<string>;
  verify(input: HashInput & { readonly hash: string }): Promise<boolean>;
}

/** A place in the queue: its hashes wait only for their turn, and are not refused for lack of room. */
export interface HashingPlace extends HashingQueue {
  /** Releases the place. Calling it again does nothing. */
  release(): void;
}

/**
 * Puts a hasher behind a fair queue; if that is full, the answer is `OVERLOADED`. If the client disconnects, a hash
 * that has not begun is not computed; one that has begun is finished.
 */
export function queueHashing(hasher: PasswordHasher, limits: HashingLimits, clock: Clock): HashingQueue {
  const line = new HashingLine(limits, clock);

  const shared = {
    needsRehash: (hash: string) => hasher.needsRehash(hash),
    dummyHash: () => hasher.dummyHash(),
    check: async () => hasher.check?.(),
  };

  function reserve(caller: Caller): HashingPlace {
    const place = enter(line, caller);
    const held: HashingPlace = {
      ...shared,
      hash: (input) => runInTurn(line, { ...input, place, operation: 'hash', work: () => hasher.hash(input.password) }),
      verify: (input) => runInTurn(line, { ...input, place, operation: 'verify', work: () => hasher.verify(input.password, input.hash) }),
      // A request has one place, even if several parts of its work reserve one.
      reserve: () => ({ ...held, release: () => undefined }),
      release: () => line.leave(place),
    };
    return held;
  }

  async function withPlace<T>(caller: Caller, work: (place: HashingPlace) => Promise<T>): Promise<T> {
    caller.signal?.throwIfAborted();
    const place = reserve(caller);
    try {
      return await work(place);
    } finally {
      place.release();
    }
  }

  return {
    ...shared,
    reserve,
    hash: (input) => withPlace(input.caller, (place) => place.hash(input)),
    verify: (input) => withPlace(input.caller, (place) => place.verify(input)),
  };
}

function enter(line: HashingLine, caller: Caller): Place {
  try {
    return line.enter(caller);
  } catch (error) {
    if (hashingChannel.hasSubscribers) {
      const refusal = { channel: hashingChannel, message: { operation: 'reserve' }, work: () => Promise.reject(error) } as const;
      traced(refusal).catch(() => undefined);
    }
    throw error;
  }
}

interface Task<T> {
  readonly operation: HashingTrace['operation'];
  readonly place: Place;
  readonly caller: Caller;
  readonly work: () => Promise<T>;
}

function runInTurn<T>(line: HashingLine, { operation, place, caller, work }: Task<T>): Promise<T> {
  const begin = async (trace: HashingTrace): Promise<T> => {
    const cameAt = systemStopwatch();
    const turn = line.takeTurn(place, caller);
    if (turn !== undefined) await turn;
    trace.waitMs = systemStopwatch() - cameAt;
    return line.run(place, work);
  };
  return traced({ channel: hashingChannel, message: { operation }, work: begin });
}
