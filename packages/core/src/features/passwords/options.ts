import * as v from 'valibot';
import type { PasswordHasher } from '../../ports/password-hasher.js';
import { duration, type Duration } from '../../foundation/duration.js';
import { trimLineEnd, trimmedFirst } from '../../foundation/line-end.js';
import { orAwait } from '../../foundation/or-await.js';
import type { Schema } from '../../foundation/parse.js';
import { foldPassword } from '../../foundation/fold-password.js';

/** With a lower cost, the passwords of a stolen table can be guessed in days rather than years. */
export const MIN_SAFE_COST = 10;

export interface PasswordOptions {
  /** Code points. Default 8, which is also the minimum (security.md P1). */
  readonly minLength?: number | undefined;
  /** Code points. Default 128; from 64 to 1,024 (P1). */
  readonly maxLength?: number | undefined;
  /** bcrypt's cost: 2^cost rounds. Default 12. A cost under 10 is for tests, and logs a warning. */
  readonly cost?: number | undefined;
  /** A stored hash with a higher cost is refused, not computed. Default 14 (P4). */
  readonly maxCost?: number | undefined;
  /** Secret(s) kept outside the database that every hash depends on, each at least 32 bytes, newest first (P2, P4). */
  readonly pepper?: string | readonly string[] | undefined;
  /** Hashes computed at the same time. Default: one per core, but never all of libuv's threads (F3). */
  readonly hashConcurrency?: number | undefined;
  /**
   * The longest wait of a hash for its turn, estimated from the recent duration of hashes; if it would be longer, the answer is
   * `OVERLOADED`. Addresses take turns, and in a full queue an address with fewer requests takes a place of the one with the most.
   * Default `'8s'` (F3).
   */
  readonly hashWait?: Duration | undefined;
  /** Hashes that may wait, however short the wait is. Default: as many as `hashWait` allows. */
  readonly hashQueue?: number | undefined;
  /**
   * Passwords to refuse, ignoring case, in addition to the 19,000 most common ones that the library knows. `false` refuses
   * neither (security.md P3).
   */
  readonly blocklist?: Iterable<string> | false | undefined;
  /**
   * Checks whether a password is known from a breach, by a service that gets only a few characters of its hash (k-anonymity).
   * Called for every new password, for at most two seconds. If the service fails, the password is accepted, with a
   * `password.breach-check-failed` event. Default: no service is called.
   */
  readonly breached?: BreachCheck | undefined;
  /** A hasher to use instead of bcrypt. */
  readonly hasher?: PasswordHasher | undefined;
}

/** Whether the password is known from a breach. */
export type BreachCheck = (password: string) => Promise<boolean>;

export interface PasswordSettings {
  readonly minLength: number;
  readonly maxLength: number;
  readonly cost: number;
  readonly maxCost: number;
  readonly peppers: readonly string[];
  readonly hashConcurrency: number | undefined;
  readonly hashWait: number;
  readonly hashQueue: number | undefined;
  /** Folded, in addition to the common ones; `false`: neither. */
  readonly blocklist: ReadonlySet<string> | false;
  readonly breached: BreachCheck | undefined;
  readonly hasher: PasswordHasher | undefined;
}

const between = (min: number, max: number): Schema<number> =>
  v.pipe(
    v.number(),
    v.check((n) => Number.isInteger(n) && n >= min && n <= max, `must be a whole number from ${min} to ${max}`),
  );

const pepper = v.pipe(
  v.string(),
  v.check((text) => Buffer.byteLength(trimLineEnd(text)) >= 32, 'must be at least 32 bytes'),
);

const hasher = v.custom<PasswordHasher>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    (['hash', 'verify', 'needsRehash', 'dummyHash'] as const).every(
      (verb) => typeof Reflect.get(value, verb) === 'function',
    ),
  orAwait('must be a PasswordHasher'),
);

const blocklist: Schema<ReadonlySet<string> | false> = v.pipe(
  v.custom<Iterable<unknown> | false>(
    (value) => value === false || (typeof value === 'object' && value !== null && Symbol.iterator in value),
    orAwait('must be a list of strings, or false'),
  ),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if (dataset.value === false) return false;
    const folded = new Set<string>();
    for (const entry of dataset.value) {
      if (typeof entry === 'string') folded.add(foldPassword(entry));
      else {
        addIssue({ message: 'must be a list of strings' });
        return NEVER;
      }
    }
    return folded;
  }),
);

const breached = v.custom<BreachCheck>((value) => typeof value === 'function', 'must be a function');

export const passwordOptions: Schema<PasswordSettings> = v.pipe(
  v.strictObject({
    minLength: v.optional(between(8, 64), 8),
    maxLength: v.optional(between(64, 1_024), 128),
    cost: v.optional(between(4, 31), 12),
    maxCost: v.optional(between(4, 31), 14),
    pepper: v.optional(v.union([pepper, v.array(pepper)], 'must be one or more strings of at least 32 bytes'), []),
    hashConcurrency: v.optional(between(1, 1_024)),
    hashWait: v.optional(duration(0), '8s'),
    hashQueue: v.optional(between(0, 1_000_000)),
    blocklist: v.optional(blocklist, []),
    breached: v.optional(breached),
    hasher: v.optional(hasher),
  }),
  v.check(({ cost, maxCost }) => cost <= maxCost, 'cost must be at most maxCost'),
  v.transform(({ pepper: peppers, hashConcurrency, hashQueue, breached: breachCheck, hasher: own, ...rest }) => ({
    ...rest,
    peppers: trimmedFirst(typeof peppers === 'string' ? [peppers] : peppers),
    hashConcurrency,
    hashQueue,
    breached: breachCheck,
    hasher: own,
  })),
);
