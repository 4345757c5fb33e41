import * as v from 'valibot';
import type { Deps } from '../context.js';
import type { Schema } from '../foundation/parse.js';
import type { SessionState } from '../services/session-cache.js';
import { needsSetup } from '../features/two-factor/methods.js';

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
export function sessionAuth(deps: Pick<Deps, 'settings'>, { session, user }: SessionState): AuthBlock {
  const enable = user.twoFactorEnabledAt !== null;
  const verified = session.aal === 2;
  const status = enable ? (verified ? 'FULL_AUTH' : 'PENDING_VERIFICATION') : needsSetup(deps, user) ? 'NEEDS_SETUP' : 'BASIC_AUTH';
  return { hasAccessToken: true, enable, status, verified: enable && verified };
}
