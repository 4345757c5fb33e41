import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { email, username } from '../accounts/schema.js';
import { passwordText } from '../passwords/password-text.js';
import type { FactorMethod } from '../../ports/store/factors.js';
import { sessionTokenEntries, type SessionTokens } from '../sessions/schema.js';
import { opaqueToken } from '../tokens/opaque-token.js';
import { FACTOR_METHODS } from '../two-factor/options.js';
import { authBlock } from '../../model/auth-block.js';
import type { AuthBlock } from '../../model/auth-block.js';

const MAX_IDENTIFIER = 320;

/** `password`, and exactly one of `email`, `username` and `identifier` (either of the two). */
export interface LoginInput {
  readonly password: string;
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly identifier?: string | undefined;
  /** From an earlier login on this device. */
  readonly deviceToken?: string | undefined;
}

export const loginInput: Schema<LoginInput> = v.pipe(
  v.strictObject({
    password: passwordText,
    email: v.optional(email),
    username: v.optional(username),
    identifier: v.optional(
      v.pipe(
        v.string('must be a string'),
        v.check((text) => text.length <= MAX_IDENTIFIER, 'is too long'),
        v.transform((text) => text.trim()),
        v.check((text) => text.isWellFormed() && /^\P{Cc}+$/u.test(text), 'is neither an email address nor a username'),
      ),
    ),
    deviceToken: v.optional(opaqueToken),
  }),
  v.forward(
    v.check(
      ({ email: a, username: b, identifier: c }) => [a, b, c].filter((name) => name !== undefined).length === 1,
      'exactly one of email, username and identifier is needed',
    ),
    ['email'],
  ),
);

export interface AdminLoginInput {
  readonly email: string;
  readonly password: string;
  readonly adminPassword: string;
  readonly deviceToken?: string | undefined;
}

export const adminLoginInput: Schema<AdminLoginInput> = v.strictObject({
  email,
  password: passwordText,
  adminPassword: passwordText,
  deviceToken: v.optional(opaqueToken),
});

/** The result of a login. In cookie mode the device token is a cookie too. */
export interface LoginData extends SessionTokens {
  readonly deviceToken: string;
  readonly tokenType: 'Bearer';
  readonly userId: string;
}

export const loginDataEntries = { ...sessionTokenEntries, deviceToken: v.string(), tokenType: v.literal('Bearer'), userId: v.string() };

export type ChallengeMethod = FactorMethod | 'passkey';

/** The result of a login while two-factor is on: a single token, which `POST /2fa/verify` takes. */
export interface ChallengeData {
  readonly challengeToken: string;
  /** When the challenge expires. */
  readonly expiresAt: string;
  /** What answers the challenge. A passkey does so through `POST /passkeys/authentication`. */
  readonly methods: readonly ChallengeMethod[];
  /** Whether a code was sent for this challenge. If not, `POST /2fa/challenge` sends one. */
  readonly codeSent: boolean;
  readonly userId: string;
  readonly auth: AuthBlock;
}

export const challengeDataEntries = {
  challengeToken: v.string(),
  expiresAt: v.string(),
  methods: v.array(v.picklist([...FACTOR_METHODS, 'passkey'])),
  codeSent: v.boolean(),
  userId: v.string(),
  auth: authBlock,
};

export type LoginOutcome = LoginData | ChallengeData;

export const loginOutcome: Schema<LoginOutcome> = v.union([
  v.strictObject(loginDataEntries),
  v.strictObject(challengeDataEntries),
]);

export type AdminLoginOutcome = LoginOutcome & { readonly message: string };

export const adminLoginOutcome: Schema<AdminLoginOutcome> = v.union([
  v.strictObject({ ...loginDataEntries, message: v.string() }),
  v.strictObject({ ...challengeDataEntries, message: v.string() }),
]);

export interface ReauthenticateInput {
  readonly password: string;
}

export const reauthenticateInput: Schema<ReauthenticateInput> = v.strictObject({ password: passwordText });

export interface ReauthenticateData {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly auth: AuthBlock;
}

export const reauthenticateData: Schema<ReauthenticateData> = v.strictObject({
  accessToken: v.string(),
  expiresAt: v.string(),
  auth: authBlock,
});
