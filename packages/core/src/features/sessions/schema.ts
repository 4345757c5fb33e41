import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';
import { authBlock, type AuthBlock } from '../../model/auth-block.js';
import { opaqueToken } from '../tokens/opaque-token.js';
import { sessionData, type Session } from '../../model/session.js';

/** In cookie mode the refresh token may come as its cookie instead. */
export interface RefreshInput {
  readonly refreshToken?: string | undefined;
}

export const refreshInput: Schema<RefreshInput> = v.strictObject({ refreshToken: v.optional(opaqueToken) });

/** The tokens of a session. In cookie mode the access token and the refresh token are cookies instead. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token expires. */
  readonly expiresAt: string;
  readonly auth: AuthBlock;
}

export const sessionTokenEntries = { accessToken: v.string(), refreshToken: v.string(), expiresAt: v.string(), auth: authBlock };

export const sessionTokens: Schema<SessionTokens> = v.strictObject(sessionTokenEntries);

export interface LogoutInput {
  /** For callers without an access token. */
  readonly refreshToken?: string | undefined;
  /** The caller's own user id, if sent. */
  readonly id?: string | undefined;
}

export const logoutInput: Schema<LogoutInput> = v.strictObject({
  refreshToken: v.optional(opaqueToken),
  id: v.optional(v.pipe(v.string('must be a string'), v.check((text) => text.length <= 64, 'is too long'))),
});

export interface LogoutData {
  readonly auth: AuthBlock;
}

export const logoutData: Schema<LogoutData> = v.strictObject({ auth: authBlock });

export interface LogoutAllData {
  /** How many sessions were ended. */
  readonly revoked: number;
  readonly auth: AuthBlock;
}

export const logoutAllData: Schema<LogoutAllData> = v.strictObject({ revoked: v.number(), auth: authBlock });

export interface SessionsData {
  readonly sessions: readonly Session[];
}

export const sessionsData: Schema<SessionsData> = v.strictObject({ sessions: v.array(sessionData) });
