import type { Caller, Deps } from '../deps.js';
import { AuthError } from '../errors.js';
import type { Requirement } from '../errors.js';
import { ADMIN_ROLE } from '../features/accounts/options.js';
import { recordEvent } from '../features/audit/transact.js';
import type { TransactDeps } from '../features/audit/transact.js';
import type { AssuranceLevel } from '../ports/store/sessions.js';
import type { Authenticated } from './principal.js';

/** Who may call a route (http-api.md, Access levels). Every route names exactly one. */
export type SessionAccess = 'session' | 'session+recent' | 'admin';
export type PublicAccess = 'public' | 'public-or-session';
export type Access = PublicAccess | SessionAccess;

/** How long ago the last proof of a credential may be for `session+recent`. */
const RECENT_MS = 5 * 60_000;

/** What a session has to fulfil beyond being live. */
export interface AccessRule {
  /** One of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** A second factor passed in this session; `'if-enabled'` asks it only of accounts that have one. */
  readonly aal?: AssuranceLevel | 'if-enabled' | undefined;
  /** Milliseconds since the last proof of a credential. */
  readonly maxAgeMs?: number | undefined;
}

export const ACCESS_RULES: Readonly<Record<SessionAccess, AccessRule>> = {
  session: {},
  'session+recent': { aal: 'if-enabled', maxAgeMs: RECENT_MS },
  admin: { roles: [ADMIN_ROLE], aal: 'if-enabled' },
};

/**
 * Checks the rule and leaves an event where it is broken. A missing role is `FORBIDDEN`; a missing factor or an old proof
 * is `STEP_UP_REQUIRED`, with what cures it.
 */
export async function enforceAccess(
  deps: TransactDeps & Pick<Deps, 'clock'>,
  { authenticated, rule, caller }: { readonly authenticated: Authenticated; readonly rule: AccessRule; readonly caller: Caller },
): Promise<void> {
  const refusal = refusalOf(authenticated, rule, deps.clock.now());
  if (refusal === null) return;
  const { user, session } = authenticated.state;
  await recordEvent(deps, {
    caller,
    event: {
      type: 'access.denied',
      outcome: 'failure',
      userId: user.id,
      sessionId: session.id,
      detail: { code: refusal.code },
    },
  });
  throw refusal;
}

function refusalOf({ state: { user, session } }: Authenticated, rule: AccessRule, now: number): AuthError | null {
  // The role of the stored user, not of the token: a demotion counts from now on (security.md S6).
  if (rule.roles !== undefined && !rule.roles.includes(user.role)) return new AuthError('FORBIDDEN');
  const needsFactor = rule.aal === 2 || (rule.aal === 'if-enabled' && user.twoFactorEnabledAt !== null);
  if (needsFactor && session.aal < 2) return stepUp('SECOND_FACTOR');
  if (rule.maxAgeMs === undefined || now - session.authenticatedAt <= rule.maxAgeMs) return null;
  return stepUp(needsFactor ? 'SECOND_FACTOR' : 'PASSWORD');
}

function stepUp(requires: Requirement): AuthError {
  return new AuthError('STEP_UP_REQUIRED', { requires });
}
