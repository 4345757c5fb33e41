import * as v from 'valibot';
import { duration } from '../../foundation/duration.js';
import type { Duration } from '../../foundation/duration.js';
import { orAwait } from '../../foundation/or-await.js';
import type { Schema } from '../../foundation/parse.js';
import type { RateLimiter } from '../../ports/rate-limiter.js';

export interface ThrottlingOptions {
  /**
   * Whether guesses at an account's password are slowed down, and sources are limited (security.md L2, L3). The limits of codes,
   * mails and text messages always apply (M3, M4, M8, R2). Default `true`.
   */
  readonly enabled?: boolean | undefined;
  /** Whether sources are limited (L3). Default `true`. */
  readonly source?: boolean | undefined;
  /**
   * Counts the requests of sources. Default: `createMemoryLimiter()`, with which each process allows the full limit;
   * `createStoreLimiter(store)` counts over all processes.
   */
  readonly limiter?: RateLimiter | undefined;
  /**
   * Requests that one source may make: `points` at once, and then one every `window / points`. By name: `login` 30/min (and
   * every other route that takes a password), `register` 20/h, `recovery` 20/h (requests for a mail), `secondFactor` 30/min,
   * `refresh` 300/min, `document` 60/min (the OpenAPI document), `rest` 600/min, and `guard` 12,000/min for the application's own
   * routes behind `requireAuth`, which each process counts separately.
   */
  readonly limits?: LimitOptions | undefined;
}

export type LimitOptions = { readonly [Name in LimitName]?: Limit<Duration> | undefined };

export interface Limit<Window = number> {
  /** From 1 to 1,000,000. */
  readonly points: number;
  /** Milliseconds, or a string such as `'1m'`; at least a second. */
  readonly window: Window;
}

/** The limits that a route can have. */
export type LimitName = 'login' | 'register' | 'recovery' | 'secondFactor' | 'refresh' | 'document' | 'rest' | 'guard';

export interface ThrottlingSettings {
  readonly enabled: boolean;
  readonly source: boolean;
  readonly limiter: RateLimiter | undefined;
  readonly limits: Readonly<Record<LimitName, Limit>>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const limit: Schema<Limit> = v.strictObject({
  points: v.pipe(
    v.number(),
    v.check((n) => Number.isInteger(n) && n >= 1 && n <= 1_000_000, 'must be a whole number from 1 to 1000000'),
  ),
  window: duration(1_000),
});

const limiter = v.custom<RateLimiter>(
  (value) => typeof value === 'object' && value !== null && typeof Reflect.get(value, 'take') === 'function',
  orAwait('must be a RateLimiter'),
);

export const throttlingOptions: Schema<ThrottlingSettings> = v.pipe(
  v.strictObject({
    enabled: v.optional(v.boolean(), true),
    source: v.optional(v.boolean(), true),
    limiter: v.optional(limiter),
    limits: v.optional(
      v.strictObject({
        login: v.optional(limit, { points: 30, window: MINUTE_MS }),
        register: v.optional(limit, { points: 20, window: HOUR_MS }),
        recovery: v.optional(limit, { points: 20, window: HOUR_MS }),
        secondFactor: v.optional(limit, { points: 30, window: MINUTE_MS }),
        refresh: v.optional(limit, { points: 300, window: MINUTE_MS }),
        document: v.optional(limit, { points: 60, window: MINUTE_MS }),
        rest: v.optional(limit, { points: 600, window: MINUTE_MS }),
        guard: v.optional(limit, { points: 12_000, window: MINUTE_MS }),
      }),
      {},
    ),
  }),
  v.transform(({ limiter: own, ...rest }) => ({ ...rest, limiter: own })),
);
