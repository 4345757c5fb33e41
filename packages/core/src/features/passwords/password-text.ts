import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** The most that any policy allows; a longer text is no password of anybody's. */
const MAX_CODE_UNITS = 2_048;

/**
 * A password as it arrives: every character counts, NUL and spaces too (security.md P1, P2). Lone surrogates are
 * refused, since they have no UTF-8 and would all be hashed alike.
 */
export const passwordText: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.isWellFormed(), 'holds characters that are no characters'),
  v.check((text) => text.length > 0, 'must not be empty'),
  v.check((text) => text.length <= MAX_CODE_UNITS, 'is too long'),
);
