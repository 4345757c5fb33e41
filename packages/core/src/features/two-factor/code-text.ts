import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { typedCode } from '../../foundation/typed-text.js';

const MAX_LENGTH = 64;

const DIGITS = /^[0-9]{6}$/;
/** 16 characters of Crockford's base32, which has no I, L, O or U. */
const BACKUP = /^[0-9A-HJKMNP-TV-Z]{16}$/;

const typed = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= MAX_LENGTH, 'is too long'),
  v.transform(typedCode),
);

/**
 * Six digits as people type and paste them, without separators. Other text is refused here, before a guess is counted.
 */
export const digitCode: Schema<string> = v.pipe(typed, v.check(isDigitCode, 'must be six digits'));

/** A backup code in any spelling, converted to `ABCD0123EFGH4567`. */
export const backupCode: Schema<string> = v.pipe(
  typed,
  v.transform(canonicalBackupCode),
  v.check((text) => BACKUP.test(text), 'must be a backup code such as A1B2-C3D4-E5F6-G7H8'),
);

/** Six digits or a backup code. */
export const anyCode: Schema<string> = v.pipe(
  typed,
  v.transform((text) => (isDigitCode(text) ? text : canonicalBackupCode(text))),
  v.check((text) => isDigitCode(text) || BACKUP.test(text), 'must be six digits or a backup code'),
);

export function isDigitCode(code: string): boolean {
  return DIGITS.test(code);
}

/** Crockford's base32: in upper case, and with digits in place of the letters that look like them. */
function canonicalBackupCode(text: string): string {
  return text.toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
}
