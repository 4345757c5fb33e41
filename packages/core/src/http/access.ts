import type { Caller, Deps } from '../deps.js';
import { AuthError } from '../errors.js';
import type { Requirement } from '../errors.js';
import { RECENT_MS } from '../features/sessions/is-recent.js';
import { needsSetup } from '../features/two-factor/methods.js';
import { ADMIN_ROLE } from '../features/accounts/options.js';
import { hasPermission } from '../features/permissions/has-permission.js';
import { recordEvent } from '../features/audit/transact.js';
import type { TransactDeps } from '../features/audit/transact.js';
import type { AssuranceLevel } from '../ports/store/sessions.js';
import type { Authenticated } from './principal.js';

/** Who may call a route (http-api.md, Access levels). Every route names exactly one. */
export type SessionAccess = 'session' | 'session+recent' | 'admin';
/** The handlers of `challenge-or-session` look for a challenge token in the body too. */
export type PublicAccess = 'public' | 'public-or-session' | 'challenge-or-session';
export type Access = PublicAccess | SessionAccess;

/** What a session has to fulfil beyond being live. */
export interface AccessRule {
  /** One of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** What the role has to be allowed. */
  readonly permission?: string | undefined;
  /** A second factor passed in this session; `'if-enabled'` asks it only of accounts that have one. */
  readonly aal?: AssuranceLevel | 'if-enabled' | undefined;
  /** Milliseconds since the last proof of a credential. */
  readonly maxAgeMs?: number | undefined;
  /** Lets those in whom the policy demands a second factor of and who have none yet. */
  readonly beforeSetup?: boolean | undefined;
}

export const ACCESS_RULES: Readonly<Record<SessionAccess, AccessRule>> = {
  session: {},
  'session+recent': { aal: 'if-enabled', maxAgeMs: RECENT_MS },
  admin: { roles: [ADMIN_ROLE], aal: 'if-enabled' },
};

/**
 * Checks the rule and leaves an event where it is broken. A missing role or permission is `FORBIDDEN`; a missing factor or
 * an old proof is `STEP_UP_REQUIRED`, with what cures it.
 */
export async function enforceAccess(
  deps: TransactDeps & Pick<Deps, 'settings'>,
  { authenticated, rule, caller }: { readonly authenticated: Authenticated; readonly rule: AccessRule; readonly caller: Caller },
): Promise<void> {
  const refusal = refusalOf(deps, { authenticated, rule });
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

function refusalOf(
  deps: Pick<Deps, 'clock' | 'settings'>,
  { authenticated, rule }: { readonly authenticated: Authenticated; readonly rule: AccessRule },
): AuthError | null {
  const { user, session } = authenticated.state;
  // The role of the stored user, not of the token: a demotion counts from now on (security.md S6).
  const { role } = user;
  if (rule.roles !== undefined && !rule.roles.includes(role)) return new AuthError('FORBIDDEN');
  if (rule.permission !== undefined && !hasPermission(deps, { role, permission: rule.permission })) {
    return new AuthError('FORBIDDEN');
  }
  if (rule.beforeSetup !== true && needsSetup(deps, user)) return new AuthError('TWO_FACTOR_SETUP_REQUIRED');
  const needsFactor = rule.aal === 2 || (rule.aal === 'if-enabled' && user.twoFactorEnabledAt !== null);
  if (needsFactor && session.aal < 2) return stepUp('SECOND_FACTOR');
  if (rule.maxAgeMs === undefined || deps.clock.now() - session.authenticatedAt <= rule.maxAgeMs) return null;
  return stepUp(needsFactor ? 'SECOND_FACTOR' : 'PASSWORD');
}

function stepUp(requires: Requirement): AuthError {
  return new AuthError('STEP_UP_REQUIRED', { requires });
}
