import * as v from 'valibot';
import type { Context } from '../../context.js';
import { invalidField } from '../../errors.js';
import type { Schema } from '../../foundation/parse.js';
import { typedText } from '../../foundation/typed-text.js';
import { settingsOf } from '../../http/optional-feature.js';

const EXAMPLE = '+14155550123';

/** A phone number as people type and paste it. `canonicalPhone` makes it E.164. */
export const phoneNumber: Schema<string> = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= 40, 'is too long'),
  v.transform(typedText),
  v.check((text) => !text.startsWith('00'), `must begin with + instead of 00, such as ${EXAMPLE}`),
  v.check((text) => text.startsWith('00') || /^\+[0-9\s().\-/]+$/.test(text), `must be an international number such as ${EXAMPLE}`),
);

/**
 * The number in E.164: `+44 (0)20 7946 0018` becomes `+442079460018`. Fails with `VALIDATION_FAILED` unless its length
 * is possible in its country and the country is one of `twoFactor.smsCountries`. Whether the number range is in use is
 * not checked: the metadata would refuse ranges that are newer than it.
 */
export async function canonicalPhone(context: Context, text: string): Promise<string> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const number = parsePhoneNumberFromString(text);
  if (number === undefined || !number.isPossible()) throw invalidField('phone', `must be an international number such as ${EXAMPLE}`);
  const { smsCountries } = settingsOf(context, 'twoFactor');
  if (smsCountries !== undefined && (number.country === undefined || !smsCountries.includes(number.country))) {
    throw invalidField('phone', 'is in a country that text messages are not sent to');
  }
  return number.number;
}
