import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { typedText } from '../../foundation/typed-text.js';

/** The library's tokens have some 90. Anything else, such as a JWT, is refused as an invalid token, not as invalid input. */
const MAX_LENGTH = 4_096;

const boundedText = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= MAX_LENGTH, 'is too long'),
);

const isToken = v.check<string, string>((text) => /^[\x21-\x7e]+$/.test(text), 'is not a token');

/** A token that the library made, as a program sends it. */
export const opaqueToken: Schema<string> = v.pipe(boundedText, isToken);

/** The token of a link, as people copy it from mails: with blanks around it and at line breaks. */
export const pastedToken: Schema<string> = v.pipe(
  boundedText,
  v.transform((text) => typedText(text).replace(/\s/g, '')),
  isToken,
);
