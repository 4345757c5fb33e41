import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** A phone number after E.164, such as `+14155550123`; spaces, dots, dashes and brackets are taken out. */
export const phoneNumber: Schema<string> = v.pipe(
  v.string('has to be a text'),
  v.check((text) => text.length <= 40, 'is too long'),
  v.transform((text) => text.replace(/[\s().-]/g, '')),
  v.check((text) => /^\+[1-9][0-9]{6,14}$/.test(text), 'has to be an international number such as +14155550123'),
);
