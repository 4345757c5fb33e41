import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

export interface ApiKeyOptions {
  /** The maximum number of keys per user. Default 10, from 1 to 100. */
  readonly maxPerUser?: number | undefined;
}

export interface ApiKeySettings {
  readonly maxPerUser: number;
}

export const apiKeyOptions: Schema<ApiKeySettings> = v.strictObject({
  maxPerUser: v.optional(
    v.pipe(v.number(), v.check((n) => Number.isInteger(n) && n >= 1 && n <= 100, 'must be a whole number from 1 to 100')),
    10,
  ),
});
