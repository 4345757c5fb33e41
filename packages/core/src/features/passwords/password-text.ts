import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** The maximum that any policy allows: no account has a longer password. */
const MAX_CODE_UNITS = 2_048;

/**
 * A password as it arrives: every character counts, NUL and spaces too (security.md P1, P2). Lone surrogates are
 * refused, since UTF-8 cannot encode them and they would all have the same hash.
 */
export const passwordText: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed(), 'holds characters that are no characters'),
  v.check((text) => text.length > 0, 'must not be empty'),
  v.check((text) => text.length <= MAX_CODE_UNITS, 'is too long'),
);
