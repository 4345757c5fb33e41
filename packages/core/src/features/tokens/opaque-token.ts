import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { typedText } from '../../foundation/typed-text.js';

/** Ours have some 90. Whatever else is taken for one, a JWT too, is to be refused as a token and not as a text. */
const MAX_LENGTH = 4_096;

const boundedText = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= MAX_LENGTH, 'is too long'),
);

const isToken = v.check<string, string>((text) => /^[\x21-\x7e]+$/.test(text), 'is not a token');

/** A token of the library's own making, as a program sends it. */
export const opaqueToken: Schema<string> = v.pipe(boundedText, isToken);

/** The token of a link, which people copy out of mails, with blanks around it and where a line was broken. */
export const pastedToken: Schema<string> = v.pipe(
  boundedText,
  v.transform((text) => typedText(text).replace(/\s/g, '')),
  isToken,
);
