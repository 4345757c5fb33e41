import { hasTwoFactor, needsSetup } from './factor-policy.js';
import type { SessionState } from './session-state.js';
import * as v from 'valibot';
import type { Schema } from '../foundation/parse.js';

const STATUSES = ['REGISTERED', 'BASIC_AUTH', 'NEEDS_SETUP', 'PENDING_VERIFICATION', 'FULL_AUTH', 'LOGGED_OUT'] as const;

export type AuthStatus = (typeof STATUSES)[number];

/** How far the caller is authenticated (http-api.md, The auth block). */
export interface AuthBlock {
  readonly hasAccessToken: boolean;
  /** Two-factor is on for the account. */
  readonly enable: boolean;
  readonly status: AuthStatus;
  /** This session has passed a second factor. */
  readonly verified: boolean;
}

export const authBlock: Schema<AuthBlock> = v.strictObject({
  hasAccessToken: v.boolean(),
  enable: v.boolean(),
  status: v.picklist(STATUSES),
  verified: v.boolean(),
});

export const REGISTERED: AuthBlock = { hasAccessToken: false, enable: false, status: 'REGISTERED', verified: false };

export const LOGGED_OUT: AuthBlock = { hasAccessToken: false, enable: false, status: 'LOGGED_OUT', verified: false };

/** The block of a live session. */
export function sessionAuth(context: Parameters<typeof needsSetup>[0], { session, user }: SessionState): AuthBlock {
  const enable = hasTwoFactor(user);
  const verified = session.aal === 2;
  const status = enable ? (verified ? 'FULL_AUTH' : 'PENDING_VERIFICATION') : needsSetup(context, user) ? 'NEEDS_SETUP' : 'BASIC_AUTH';
  return { hasAccessToken: true, enable, status, verified: enable && verified };
}
