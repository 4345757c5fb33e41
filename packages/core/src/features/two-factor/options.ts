import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';
import type { FactorMethod } from '../../ports/store/factors.js';
import { SECOND_FACTOR_PARTS, type PartialStoreMethods } from '../../ports/store/partial-store.js';

export const FACTOR_METHODS = ['totp', 'sms', 'email'] as const;

export interface TwoFactorOptions {
  /** Default: all three. A method is not offered if the notifier lacks its channel. */
  readonly methods?: readonly FactorMethod[] | undefined;
  /** Who must have a second factor. Until they have one, all they can do is set one up. Default `'never'`. */
  readonly required?: TwoFactorPolicy | undefined;
  /** How many backup codes are made at once. Default 10, from 4 to 20. */
  readonly backupCodes?: number | undefined;
  /** How long a trusted device is not asked for the second factor. Default `'30d'`. */
  readonly trustedDeviceTtl?: Duration | undefined;
  /**
   * Limit of text messages per hour at logins, over all accounts. Set-ups have a separate limit of the same size
   * (security.md M8). Default 500.
   */
  readonly smsPerHour?: number | undefined;
  /** Countries that text messages are sent to, as ISO 3166-1 codes such as `'DE'`. Default: all. */
  readonly smsCountries?: readonly string[] | undefined;
}

export type TwoFactorPolicy = 'never' | 'admins' | 'everyone';

export interface TwoFactorSettings {
  readonly methods: readonly FactorMethod[];
  readonly required: TwoFactorPolicy;
  readonly backupCodes: number;
  readonly trustedDeviceTtl: number;
  readonly smsPerHour: number;
  readonly smsCountries: readonly string[] | undefined;
}

const wholeNumber = (min: number, max: number): Schema<number> =>
  v.pipe(
    v.number(),
    v.check((n) => Number.isInteger(n) && n >= min && n <= max, `must be a whole number from ${min} to ${max}`),
  );

const country = v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code such as DE'));

export const twoFactorOptions: Schema<TwoFactorSettings> = v.pipe(
  v.strictObject({
    methods: v.optional(
      v.pipe(v.array(v.picklist(FACTOR_METHODS)), v.minLength(1, 'must name a method')),
      [...FACTOR_METHODS],
    ),
    required: v.optional(v.picklist(['never', 'admins', 'everyone']), 'never'),
    backupCodes: v.optional(wholeNumber(4, 20), 10),
    trustedDeviceTtl: v.optional(duration(60_000), '30d'),
    smsPerHour: v.optional(wholeNumber(1, 1_000_000), 500),
    smsCountries: v.optional(v.pipe(v.array(country), v.minLength(1, 'must name a country'))),
  }),
  v.transform(({ smsCountries, ...rest }) => ({ ...rest, smsCountries })),
);

/** The given settings or the defaults; `undefined` if the store lacks a part, so that second factors are off. */
export function twoFactorSettings(given: TwoFactorSettings | undefined, store: FactorParts): TwoFactorSettings | undefined {
  return missingParts(store).length === 0 ? (given ?? v.parse(twoFactorOptions, {})) : undefined;
}

/** Why the store cannot keep second factors; `null` if it can. */
export function twoFactorFault(store: FactorParts): string | null {
  const missing = missingParts(store).map((part) => `\`${part}\``);
  return missing.length === 0 ? null : `needs a store with the ${missing.length === 1 ? 'part' : 'parts'} ${missing.join(' and ')}`;
}

type FactorParts = Pick<PartialStoreMethods, (typeof SECOND_FACTOR_PARTS)[number]>;

const missingParts = (store: FactorParts): readonly string[] => SECOND_FACTOR_PARTS.filter((part) => store[part] === undefined);
