import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { email } from '../accounts/schema.js';
import { passwordText } from '../passwords/password-text.js';
import { pastedToken } from '../tokens/opaque-token.js';

/** Default: the address of the session's user. */
export interface RequestVerificationInput {
  readonly email?: string | undefined;
}

export const requestVerificationInput: Schema<RequestVerificationInput> = v.strictObject({ email: v.optional(email) });

export interface VerifyEmailInput {
  /** From the link for a new account or for a changed address. */
  readonly token: string;
}

export const verifyEmailInput: Schema<VerifyEmailInput> = v.strictObject({ token: pastedToken });

export interface ChangeEmailInput {
  readonly newEmail: string;
  /** Required if the account has one. */
  readonly password?: string | undefined;
}

export const changeEmailInput: Schema<ChangeEmailInput> = v.strictObject({ newEmail: email, password: v.optional(passwordText) });
