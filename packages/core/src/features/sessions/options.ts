import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';

export interface SessionOptions {
  /** How long a session lives without a refresh. Default `'7d'` (security.md S5). */
  readonly idleTtl?: Duration | undefined;
  /** How long a session lives at most, however often it is refreshed. Default `'30d'` (S5). */
  readonly absoluteTtl?: Duration | undefined;
  /** How long the previous refresh token still returns the same successor. Default `'30s'` (S1). */
  readonly refreshGrace?: Duration | undefined;
  /**
   * How long a process may use a cached session state that another process has changed. Default `'5s'`; `0` always
   * reads the store (S6).
   */
  readonly stateTtl?: Duration | undefined;
  /** Maximum of live sessions of one user; above it the oldest ends. Default 50. */
  readonly maxPerUser?: number | undefined;
}

export interface SessionSettings {
  readonly idleTtl: number;
  readonly absoluteTtl: number;
  readonly refreshGrace: number;
  readonly stateTtl: number;
  readonly maxPerUser: number;
}

export const sessionOptions: Schema<SessionSettings> = v.pipe(
  v.strictObject({
    idleTtl: v.optional(duration(1_000), '7d'),
    absoluteTtl: v.optional(duration(1_000), '30d'),
    refreshGrace: v.optional(duration(0), '30s'),
    stateTtl: v.optional(duration(0), '5s'),
    maxPerUser: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1, 'must be at least 1')), 50),
  }),
  // An invalid duration is NaN here, and was reported already.
  v.check(({ idleTtl, absoluteTtl }) => !(idleTtl > absoluteTtl), 'idleTtl must be at most absoluteTtl'),
);
