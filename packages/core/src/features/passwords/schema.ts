import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { passwordText } from './password-text.js';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export const changePasswordInput: Schema<ChangePasswordInput> = v.strictObject({
  currentPassword: passwordText,
  newPassword: passwordText,
});
