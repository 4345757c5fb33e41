import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { authBlock } from '../../model/auth-block.js';
import type { AuthBlock } from '../../model/auth-block.js';
import { passwordText } from './password-text.js';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export const changePasswordInput: Schema<ChangePasswordInput> = v.strictObject({
  currentPassword: passwordText,
  newPassword: passwordText,
});

/** The session goes on with these tokens. `expiresAt` is the access token's end. */
export interface ChangePasswordData {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
  readonly auth: AuthBlock;
}

export const changePasswordData: Schema<ChangePasswordData> = v.strictObject({
  accessToken: v.string(),
  refreshToken: v.string(),
  expiresAt: v.string(),
  auth: authBlock,
});
