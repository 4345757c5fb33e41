import * as v from 'valibot';
import { isoTime } from '../../foundation/iso-time.js';
import type { Schema } from '../../foundation/parse.js';
import { loginDataEntries, challengeDataEntries, type LoginOutcome } from '../login/schema.js';
import type { IdentityRecord } from '../../ports/store/identities.js';
import { opaqueToken } from '../tokens/opaque-token.js';

const MAX_REDIRECT = 2_000;
/** Microsoft's codes have some 2,000 characters. */
const MAX_PARAMETER = 8_192;

const provider = v.string('must be a string');

export interface StartProviderInput {
  readonly provider: string;
  /** Where the application wants to continue afterwards: a path, or an address at one of the configured origins. */
  readonly redirectTo?: string | undefined;
  /** Whether to link the provider to the account of the session, instead of logging in. Default `false`. */
  readonly link?: boolean | undefined;
}

export const startProviderInput: Schema<StartProviderInput> = v.strictObject({
  provider,
  redirectTo: v.optional(v.pipe(v.string('must be a string'), v.check((text) => text.length <= MAX_REDIRECT, 'is too long'))),
  link: v.optional(v.boolean('must be true or false')),
});

export interface StartProviderData {
  /** Where to redirect the browser. */
  readonly url: string;
  readonly expiresAt: string;
}

export const startProviderData: Schema<StartProviderData> = v.strictObject({ url: v.string(), expiresAt: v.string() });

/** The provider's answer, with any parameters. */
export interface FinishProviderInput {
  readonly provider: string;
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  /** RFC 9207. */
  readonly iss?: string | undefined;
  readonly [parameter: string]: string | undefined;
}

const parameter = v.pipe(
  v.string('must be a string'),
  v.check((text) => text.length <= MAX_PARAMETER, 'is too long'),
  v.check((text) => text.isWellFormed() && !text.includes('\0'), 'holds control characters'),
);

export const finishProviderInput: Schema<FinishProviderInput> = v.objectWithRest(
  { provider, state: v.optional(parameter), code: v.optional(parameter), error: v.optional(parameter), iss: v.optional(parameter) },
  parameter,
);

export interface LocationData {
  readonly location: string;
}

export const locationData: Schema<LocationData> = v.strictObject({ location: v.string() });

export interface ExchangeProviderCodeInput {
  readonly code: string;
  /** From an earlier login on this device. */
  readonly deviceToken?: string | undefined;
}

export const exchangeProviderCodeInput: Schema<ExchangeProviderCodeInput> = v.strictObject({
  code: opaqueToken,
  deviceToken: v.optional(opaqueToken),
});

export interface ProviderLoginFacts {
  /** Whether this login created the account. */
  readonly isNewUser: boolean;
  /** The `redirectTo` of `startProvider`, checked there; `null` if there was none. */
  readonly redirectTo: string | null;
}

/** As for `POST /login`. */
export type ExchangeProviderCodeData = LoginOutcome & ProviderLoginFacts;

const facts = { isNewUser: v.boolean(), redirectTo: v.nullable(v.string()) };

export const exchangeProviderCodeData: Schema<ExchangeProviderCodeData> = v.union([
  v.strictObject({ ...loginDataEntries, ...facts }),
  v.strictObject({ ...challengeDataEntries, ...facts }),
]);

export interface ProvidersData {
  readonly providers: readonly { readonly id: string; readonly name: string }[];
}

export const providersData: Schema<ProvidersData> = v.strictObject({
  providers: v.array(v.strictObject({ id: v.string(), name: v.string() })),
});

/** An account at a provider that gives access to the user's account here. Times are ISO 8601 UTC. */
export interface Identity {
  readonly id: string;
  /** As in `GET /providers`, while it is configured. */
  readonly provider: string;
  readonly email: string | null;
  readonly linkedAt: string;
  readonly lastUsedAt: string;
}

export interface IdentitiesData {
  readonly identities: readonly Identity[];
}

export const identitiesData: Schema<IdentitiesData> = v.strictObject({
  identities: v.array(
    v.strictObject({
      id: v.string(),
      provider: v.string(),
      email: v.nullable(v.string()),
      linkedAt: v.string(),
      lastUsedAt: v.string(),
    }),
  ),
});

export function toIdentity({ id, provider, email, linkedAt, lastUsedAt }: IdentityRecord): Identity {
  return { id, provider, email, linkedAt: isoTime(linkedAt), lastUsedAt: isoTime(lastUsedAt) };
}
