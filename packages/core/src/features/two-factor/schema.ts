import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import type { FactorMethod } from '../../ports/store/factors.js';
import { userData, type User } from '../../model/user.js';
import { authBlock, type AuthBlock } from '../../model/auth-block.js';
import { passwordText } from '../passwords/password-text.js';
import { sessionTokenEntries, type SessionTokens } from '../sessions/schema.js';
import { opaqueToken } from '../tokens/opaque-token.js';
import { anyCode, backupCode, digitCode } from './code-text.js';
import { FACTOR_METHODS } from './options.js';
import { phoneNumber } from './phone.js';

const method: Schema<FactorMethod> = v.picklist(FACTOR_METHODS);

const userId = v.pipe(v.string('must be a string'), v.check((text) => text.length <= 64, 'is too long'));

export interface TwoFactorStatusData {
  readonly enabled: boolean;
  readonly methods: readonly FactorMethod[];
  readonly preferred: FactorMethod | null;
  readonly backupCodesRemaining: number;
}

export const twoFactorStatusData: Schema<TwoFactorStatusData> = v.strictObject({
  enabled: v.boolean(),
  methods: v.array(method),
  preferred: v.nullable(method),
  backupCodesRemaining: v.number(),
});

export interface SetUpInput {
  /** Default `totp`. */
  readonly method?: FactorMethod | undefined;
  /** For `sms`, in any international spelling. Default: the confirmed number. */
  readonly phone?: string | undefined;
}

export const setUpInput: Schema<SetUpInput> = v.strictObject({
  method: v.optional(method),
  phone: v.optional(phoneNumber),
});

/** For an authenticator app: `secret` to type, `otpauthUrl` and `qrCode` (PNG data URL) to scan. */
export interface TotpSetUpData {
  readonly method: 'totp';
  readonly secret: string;
  readonly otpauthUrl: string;
  readonly qrCode: string;
  readonly auth: AuthBlock;
}

export interface CodeSetUpData {
  readonly method: 'sms' | 'email';
  /** Where the code was sent, masked. */
  readonly destination: string;
  readonly expiresAt: string;
  readonly auth: AuthBlock;
}

export type SetUpData = TotpSetUpData | CodeSetUpData;

export const setUpData: Schema<SetUpData> = v.union([
  v.strictObject({
    method: v.literal('totp'),
    secret: v.string(),
    otpauthUrl: v.string(),
    qrCode: v.string(),
    auth: authBlock,
  }),
  v.strictObject({
    method: v.picklist(['sms', 'email']),
    destination: v.string(),
    expiresAt: v.string(),
    auth: authBlock,
  }),
]);

export interface EnableInput {
  readonly token: string;
  readonly userId?: string | undefined;
}

export const enableInput: Schema<EnableInput> = v.strictObject({ token: digitCode, userId: v.optional(userId) });

export interface EnableData {
  readonly isEnabled: true;
  readonly enabledAt: string;
  /** Shown only this once. Empty if the account already had a second factor, and so backup codes. */
  readonly backupCodes: readonly string[];
  readonly auth: AuthBlock;
}

export const enableData: Schema<EnableData> = v.strictObject({
  isEnabled: v.literal(true),
  enabledAt: v.string(),
  backupCodes: v.array(v.string()),
  auth: authBlock,
});

export interface ChallengeInput {
  readonly method: FactorMethod;
  /** Or in the `Authorization` header. */
  readonly challengeToken?: string | undefined;
}

export const challengeInput: Schema<ChallengeInput> = v.strictObject({
  method,
  challengeToken: v.optional(opaqueToken),
});

export interface SentChallengeData {
  readonly method: FactorMethod;
  /** Where the code was sent, masked; `null` for an authenticator app. */
  readonly destination: string | null;
  /** When the code expires; `null` for an authenticator app. */
  readonly expiresAt: string | null;
}

export const sentChallengeData: Schema<SentChallengeData> = v.strictObject({
  method,
  destination: v.nullable(v.string()),
  expiresAt: v.nullable(v.string()),
});

export interface VerifyInput {
  readonly token: string;
  readonly method?: FactorMethod | undefined;
  readonly userId?: string | undefined;
  /** Or in the `Authorization` header. */
  readonly challengeToken?: string | undefined;
  /** Does not ask this device for the second factor for `twoFactor.trustedDeviceTtl`. */
  readonly trustDevice?: boolean | undefined;
}

const verifyEntries = {
  userId: v.optional(userId),
  challengeToken: v.optional(opaqueToken),
  trustDevice: v.optional(v.boolean()),
};

export const verifyInput: Schema<VerifyInput> = v.strictObject({ token: digitCode, method: v.optional(method), ...verifyEntries });

export interface VerifyBackupInput extends Omit<VerifyInput, 'token' | 'method'> {
  readonly code: string;
}

export const verifyBackupInput: Schema<VerifyBackupInput> = v.strictObject({ code: backupCode, ...verifyEntries });

export interface VerifyData<Profile = unknown> extends SessionTokens {
  /** Absent when a session steps up: its device has a token already. */
  readonly deviceToken?: string | undefined;
  readonly tokenType: 'Bearer';
  readonly user: User<Profile>;
}

export const verifyData: Schema<VerifyData> = v.strictObject({
  ...sessionTokenEntries,
  deviceToken: v.optional(v.string()),
  tokenType: v.literal('Bearer'),
  user: userData,
});

export interface BackupCodesData {
  readonly backupCodes: readonly string[];
}

export const backupCodesData: Schema<BackupCodesData> = v.strictObject({ backupCodes: v.array(v.string()) });

export interface DisableInput {
  /** A current code or a backup code. */
  readonly token: string;
  /** Optional in a recent session. */
  readonly password?: string | undefined;
}

export const disableInput: Schema<DisableInput> = v.strictObject({ token: anyCode, password: v.optional(passwordText) });

export interface DisableData {
  readonly disabledAt: string;
  readonly auth: AuthBlock;
}

export const disableData: Schema<DisableData> = v.strictObject({ disabledAt: v.string(), auth: authBlock });
