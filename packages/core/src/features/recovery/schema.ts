import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { email } from '../accounts/schema.js';
import { authBlock, type AuthBlock } from '../../model/auth-block.js';
import { passwordText } from '../passwords/password-text.js';
import { pastedToken } from '../tokens/opaque-token.js';

export interface RequestPasswordResetInput {
  readonly email: string;
}

export const requestPasswordResetInput: Schema<RequestPasswordResetInput> = v.strictObject({ email });

export interface ResetPasswordInput {
  /** From the link of a reset or an invitation. */
  readonly token: string;
  readonly newPassword: string;
}

export const resetPasswordInput: Schema<ResetPasswordInput> = v.strictObject({
  token: pastedToken,
  newPassword: passwordText,
});

export interface ResetPasswordData {
  readonly auth: AuthBlock;
  /** For the login that follows, which then comes from a known device. In cookie mode it is a cookie instead. */
  readonly deviceToken: string;
}

export const resetPasswordData: Schema<ResetPasswordData> = v.strictObject({ auth: authBlock, deviceToken: v.string() });
