import { hasTwoFactor, needsSetup } from './factor-policy.js';
import { isProvenByPasskey } from './passkey-proof.js';
import type { SessionState } from './session-state.js';
import * as v from 'valibot';
import type { Schema } from '../foundation/parse.js';

const STATUSES = ['REGISTERED', 'BASIC_AUTH', 'NEEDS_SETUP', 'PENDING_VERIFICATION', 'FULL_AUTH', 'LOGGED_OUT'] as const;

export type AuthStatus = (typeof STATUSES)[number];

/** How the caller is authenticated (http-api.md, The auth block). */
export interface AuthBlock {
  readonly hasAccessToken: boolean;
  /** Two-factor is on for the account. */
  readonly enable: boolean;
  readonly status: AuthStatus;
  /** This session has passed a second factor, or a passkey, which counts as both. */
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
export function sessionAuth(context: Parameters<typeof needsSetup>[0], current: SessionState): AuthBlock {
  const { session, user } = current;
  const enable = hasTwoFactor(user);
  const verified = enable ? session.aal === 2 : isProvenByPasskey(session);
  return { hasAccessToken: true, enable, status: verified ? 'FULL_AUTH' : statusBefore(context, current), verified };
}

function statusBefore(context: Parameters<typeof needsSetup>[0], current: SessionState): AuthStatus {
  if (hasTwoFactor(current.user)) return 'PENDING_VERIFICATION';
  return needsSetup(context, current) ? 'NEEDS_SETUP' : 'BASIC_AUTH';
}
