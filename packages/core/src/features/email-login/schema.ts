import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { email } from '../accounts/schema.js';
import { opaqueToken, pastedToken } from '../tokens/opaque-token.js';
import { digitCode } from '../two-factor/code-text.js';
import { EMAIL_LOGIN_METHODS, type EmailLoginMethod } from './options.js';

export interface RequestEmailLoginInput {
  readonly email: string;
  /** Default: `'link'`, or the first configured method. */
  readonly method?: EmailLoginMethod | undefined;
}

export const requestEmailLoginInput: Schema<RequestEmailLoginInput> = v.strictObject({
  email,
  method: v.optional(v.picklist(EMAIL_LOGIN_METHODS)),
});

export interface RequestEmailLoginData {
  /** Sent along with the code to `POST /login/email/verify`. A link needs no such token. */
  readonly loginToken: string;
  readonly expiresAt: string;
}

export const requestEmailLoginData: Schema<RequestEmailLoginData> = v.strictObject({ loginToken: v.string(), expiresAt: v.string() });

/** Either the token of the link, or the code with the token from the answer that announced it. */
export interface VerifyEmailLoginInput {
  readonly token?: string | undefined;
  readonly loginToken?: string | undefined;
  readonly code?: string | undefined;
  readonly deviceToken?: string | undefined;
}

export const verifyEmailLoginInput: Schema<VerifyEmailLoginInput> = v.pipe(
  v.strictObject({
    token: v.optional(pastedToken),
    loginToken: v.optional(opaqueToken),
    code: v.optional(digitCode),
    deviceToken: v.optional(opaqueToken),
  }),
  v.forward(
    v.check(
      ({ token, loginToken, code }) =>
        token === undefined ? loginToken !== undefined && code !== undefined : loginToken === undefined && code === undefined,
      'is needed, or else loginToken and code',
    ),
    ['token'],
  ),
);
