import { hash } from 'node:crypto';
import { ConfigError } from '../../errors.js';
import { BoundedCache } from '../../foundation/bounded-cache.js';
import { systemRandom } from '../../ports/random.js';
import type { LocalRateLimiter } from '../../ports/rate-limiter.js';
import { outcomeOf, paceOf } from './gcra.js';

export interface MemoryLimiterOptions {
  /** The number of keys remembered for each limit: 16 bytes each, allocated on first use. Default 65,536, at least 8. */
  readonly keys?: number | undefined;
}

const DEFAULT_KEYS = 65_536;
/** A gigabyte for each limit. */
const MAX_KEYS = 67_108_864;
/** The number of places for one key. */
const PLACES_PER_SET = 8;
const SEED_BYTES = 32;
/** The number of hashes that are cached: some 200 KB for keys as short as addresses. */
const MAX_DIGESTS = 1_024;
const MAX_KEY_LENGTH = 64;
/** Digits of a hash: a Float64Array stores 48 bits exactly. */
const TAG_DIGITS = 12;
const SET_DIGITS = 8;

/**
 * A rate limiter in this process's memory: a few microseconds per request, and a fixed amount of memory for any number of keys.
 *
 * Each limit has a table of fixed size, in which a key has eight places by its hash. If all eight are taken by others, the key
 * with the lowest count is evicted. So a flood of new keys evicts other new keys, but never one that is at its limit, unless
 * eight others have counted as much; and since the hash has a random seed, an attacker cannot choose keys that collide. An
 * evicted key starts from zero: with that many keys at once, a limiter must either forget the least used ones or refuse new
 * ones, and an attacker could use the latter to lock out others. Throws `ConfigError`.
 */
export function createMemoryLimiter(options: MemoryLimiterOptions = {}): LocalRateLimiter {
  const keys = requireKeys(options);
  const seed = Buffer.from(systemRandom.bytes(SEED_BYTES)).toString('hex');
  // Hashing the key is most of the cost of a request, so the hashes of frequent keys are cached.
  const digests = new BoundedCache<Digest>(MAX_DIGESTS);
  const digestOf = (key: string): Digest => {
    const known = digests.get(key);
    if (known !== undefined) return known;
    const digest = toDigest(hash('sha256', seed + key));
    if (key.length <= MAX_KEY_LENGTH) digests.set(key, digest);
    return digest;
  };
  const tables = new Map<string, LimitTable>();

  return {
    kind: 'memory',
    shared: false,
    take({ name, key, now, ...limit }) {
      let table = tables.get(name);
      if (table === undefined) tables.set(name, (table = new LimitTable(keys)));
      const pace = paceOf(limit);
      const { intervalMs, burstMs } = pace;
      const place = table.placeOf(digestOf(key));
      const heldUntil = Math.min(table.fullAt(place), now + burstMs);
      const fullAt = Math.max(heldUntil, now) + intervalMs;
      if (fullAt > now + burstMs) {
        // Stored because the clock may have gone back: the wait would otherwise start again with each request until it has caught up.
        table.set(place, heldUntil);
        return outcomeOf('refused', { fullAt: heldUntil, now, pace });
      }
      table.set(place, fullAt);
      return outcomeOf('taken', { fullAt, now, pace });
    },
  };
}

/** A table of another size would fail at the first request. */
function requireKeys(options: unknown): number {
  const fail = (path: string, message: string): never => {
    throw new ConfigError([{ path, message }], 'createMemoryLimiter cannot start');
  };
  if (typeof options !== 'object' || options === null) return fail('options', 'must be an object, as in { keys: 65_536 }');
  const keys: unknown = Reflect.get(options, 'keys') ?? DEFAULT_KEYS;
  if (typeof keys === 'number' && Number.isInteger(keys) && keys >= 0 && keys <= MAX_KEYS) return keys;
  return fail('keys', `must be a whole number from 0 to ${MAX_KEYS}`);
}

/** The parts of a key's hash that determine its place. */
interface Digest {
  /** Not 0, which marks an empty place. */
  readonly tag: number;
  readonly set: number;
}

function toDigest(hex: string): Digest {
  return {
    tag: Number.parseInt(hex.slice(0, TAG_DIGITS), 16) + 1,
    set: Number.parseInt(hex.slice(TAG_DIGITS, TAG_DIGITS + SET_DIGITS), 16),
  };
}

/** Keys by part of their hash, and when each will have its full limit again. */
class LimitTable {
  readonly #sets: number;
  readonly #tags: Float64Array;
  readonly #fullAt: Float64Array;

  constructor(keys: number) {
    this.#sets = Math.max(1, Math.ceil(keys / PLACES_PER_SET));
    this.#tags = new Float64Array(this.#sets * PLACES_PER_SET);
    this.#fullAt = new Float64Array(this.#sets * PLACES_PER_SET);
  }

  /** The place of the key. If it has none, another key is evicted. */
  placeOf({ tag, set }: Digest): number {
    const from = (set % this.#sets) * PLACES_PER_SET;
    let least = from;
    for (let place = from; place < from + PLACES_PER_SET; place += 1) {
      if (this.#tags[place] === tag) return place;
      if (this.fullAt(place) < this.fullAt(least)) least = place;
    }
    this.#tags[least] = tag;
    this.#fullAt[least] = 0;
    return least;
  }

  fullAt(place: number): number {
    return this.#fullAt[place] ?? 0;
  }

  set(place: number, fullAt: number): void {
    this.#fullAt[place] = fullAt;
  }
}
