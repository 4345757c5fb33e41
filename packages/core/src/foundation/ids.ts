import { encodeTime, isValid, monotonicFactory } from 'ulid';
import type { Clock } from '../ports/clock.js';
import type { Random } from '../ports/random.js';

/** Makes ULIDs that sort by time of creation, within a millisecond too. */
export type MakeId = () => string;

/** Reading random bytes one at a time would be the largest cost of an id. */
const POOLED_BYTES = 256;

export function createIds(clock: Clock, random: Random): MakeId {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  // ulid asks for one fraction per character and takes the integer below 32 × it.
  const next = monotonicFactory(() => {
    if (used === pool.length) {
      pool = random.bytes(POOLED_BYTES);
      used = 0;
    }
    used += 1;
    return (pool[used - 1] ?? 0) / 256;
  });
  return () => next(clock.now());
}

/** The lowest id of this time: it sorts before all ids made then or later. Milliseconds since the epoch. */
export function firstIdAt(time: number): string {
  return encodeTime(Math.max(0, time), 10) + '0'.repeat(16);
}

/** Whether the text is a ULID in this library's form. A malformed id is treated as an unknown one (http-api.md). */
export function isId(text: string): boolean {
  return isValid(text) && text === text.toUpperCase();
}
