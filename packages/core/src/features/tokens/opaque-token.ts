import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** Ours have some 90. Whatever else is taken for one, a JWT too, is to be refused as a token and not as a text. */
const MAX_LENGTH = 4_096;

/** A token of the library's own making, as it arrives. */
export const opaqueToken: Schema<string> = v.pipe(
  v.string('has to be a text'),
  v.check((text) => text.length <= MAX_LENGTH, 'is too long'),
  v.check((text) => /^[\x21-\x7e]+$/.test(text), 'is not a token'),
);
