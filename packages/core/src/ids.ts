import { isValid, monotonicFactory } from 'ulid';
import type { Clock } from './ports/clock.js';
import type { Random } from './ports/random.js';

/** Makes ULIDs that sort by the time of their making, within a millisecond too. */
export type MakeId = () => string;

export function createIds(clock: Clock, random: Random): MakeId {
  // ulid asks for one fraction a character and takes the integer below 32 × it.
  const next = monotonicFactory(() => (random.bytes(1)[0] ?? 0) / 256);
  return () => next(clock.now());
}

/** Whether the text is a ULID as this library writes them. A malformed id is an unknown one (http-api.md). */
export function isId(text: string): boolean {
  return isValid(text) && text === text.toUpperCase();
}
