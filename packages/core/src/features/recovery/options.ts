import * as v from 'valibot';
import { duration, type Duration } from '../../foundation/duration.js';
import type { Schema } from '../../foundation/parse.js';

export interface RecoveryOptions {
  /** How long a password reset link works. Default `'1h'` (security.md R1). */
  readonly resetTtl?: Duration | undefined;
  /** How long a verification link works, for a new account and for a changed address. Default `'24h'` (R1). */
  readonly verificationTtl?: Duration | undefined;
  /** How long an invitation works. Default `'7d'`: the invited person does not expect it, and may read it late. */
  readonly invitationTtl?: Duration | undefined;
}

export interface RecoverySettings {
  readonly resetTtl: number;
  readonly verificationTtl: number;
  readonly invitationTtl: number;
}

export const recoveryOptions: Schema<RecoverySettings> = v.strictObject({
  resetTtl: v.optional(duration(60_000), '1h'),
  verificationTtl: v.optional(duration(60_000), '24h'),
  invitationTtl: v.optional(duration(60_000), '7d'),
});
