import { hasTwoFactor } from '../model/factor-policy.js';
import { ADMIN_ROLE } from '../model/roles.js';
import type { SessionState } from '../model/session-state.js';
import type { Caller } from '../model/caller.js';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import type { Requirement } from '../errors.js';
import { RECENT_MS } from '../model/recency.js';
import { needsSetup } from '../model/factor-policy.js';
import { hasPermission } from '../features/permissions/has-permission.js';
import { recordRefusal } from '../unit-of-work.js';
import type { AssuranceLevel } from '../ports/store/sessions.js';

type PlainAccess = 'session' | 'session+recent' | 'admin' | 'admin+recent';
/** By whom the path names, or by administrators. */
type SelfAccess = 'self-or-admin' | 'self-or-admin+recent';

/** Who may call a route (http-api.md, Access levels). Every route names exactly one. */
export type SessionAccess = PlainAccess | SelfAccess;
/** The handlers of `challenge-or-session` look for a challenge token in the body too. */
export type PublicAccess = 'public' | 'public-or-session' | 'challenge-or-session';
export type Access = PublicAccess | SessionAccess;

/** What a session has to fulfil beyond being live. */
export interface AccessRule {
  /** One of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** Answers a missing role as if there were nothing: with `NOT_FOUND`. */
  readonly concealed?: boolean | undefined;
  /** What the role has to be allowed. */
  readonly permission?: string | undefined;
  /** A second factor passed in this session; `'if-enabled'` asks it only of accounts that have one. */
  readonly aal?: AssuranceLevel | 'if-enabled' | undefined;
  /** Milliseconds since the last proof of a credential. */
  readonly maxAgeMs?: number | undefined;
  /** Lets those in whom the policy demands a second factor of and who have none yet. */
  readonly beforeSetup?: boolean | undefined;
}

const RECENT: AccessRule = { aal: 'if-enabled', maxAgeMs: RECENT_MS };
const ADMIN: AccessRule = { roles: [ADMIN_ROLE], aal: 'if-enabled' };

/** What these levels ask of every caller. */
export const ACCESS_RULES: Readonly<Record<PlainAccess, AccessRule>> = {
  session: {},
  'session+recent': RECENT,
  admin: ADMIN,
  'admin+recent': { ...ADMIN, ...RECENT },
};

/** What these levels ask of whom the path names, and of everybody else: to them there are no other people (Z2). */
const SELF_ACCESS: Readonly<Record<SelfAccess, Readonly<Record<'self' | 'others', AccessRule>>>> = {
  'self-or-admin': { self: {}, others: { ...ADMIN, concealed: true } },
  'self-or-admin+recent': { self: RECENT, others: { ...ADMIN, ...RECENT, concealed: true } },
};

/** What the level asks of this caller, where the path names the user with the id `subjectId`. */
export function ruleOf(
  access: SessionAccess,
  { userId, subjectId }: { readonly userId: string; readonly subjectId: string | undefined },
): AccessRule {
  switch (access) {
    case 'session':
    case 'session+recent':
    case 'admin':
    case 'admin+recent':
      return ACCESS_RULES[access];
    case 'self-or-admin':
    case 'self-or-admin+recent':
      return SELF_ACCESS[access][userId === subjectId ? 'self' : 'others'];
  }
}

/**
 * Checks the rule and leaves an event where it is broken. A missing role or permission is `FORBIDDEN`, or `NOT_FOUND` where
 * that is to be concealed; a missing factor or an old proof is `STEP_UP_REQUIRED`, with what cures it.
 */
export async function enforceAccess(
  context: Context,
  { current, rule, caller }: { readonly current: SessionState; readonly rule: AccessRule; readonly caller: Caller },
): Promise<void> {
  const refusal = refusalOf(context, { current, rule });
  if (refusal === null) return;
  await recordDenial(context, { current, caller, error: refusal });
  throw refusal;
}

/** Leaves the event of a session that was refused. */
export async function recordDenial(
  context: Context,
  { current: { user, session }, caller, error }: { readonly current: SessionState; readonly caller: Caller; readonly error: AuthError },
): Promise<void> {
  await recordRefusal(context, {
    caller,
    event: {
      type: 'access.denied',
      outcome: 'failure',
      userId: user.id,
      sessionId: session.id,
      detail: { code: error.code },
    },
  });
}

/** Why the rule refuses this state of a session; `null` if it does not. */
export function refusalOf(
  context: Context,
  { current: { user, session }, rule }: { readonly current: SessionState; readonly rule: AccessRule },
): AuthError | null {
  // The role of the stored user, not of the token: a demotion counts from now on (security.md S6).
  const { role } = user;
  if (rule.roles !== undefined && !rule.roles.includes(role)) {
    return new AuthError(rule.concealed === true ? 'NOT_FOUND' : 'FORBIDDEN');
  }
  if (rule.permission !== undefined && !hasPermission(context, { role, permission: rule.permission })) {
    return new AuthError('FORBIDDEN');
  }
  if (rule.beforeSetup !== true && needsSetup(context, user)) return new AuthError('TWO_FACTOR_SETUP_REQUIRED');
  const needsFactor = rule.aal === 2 || (rule.aal === 'if-enabled' && hasTwoFactor(user));
  if (needsFactor && session.aal < 2) return stepUp('SECOND_FACTOR');
  if (rule.maxAgeMs === undefined || context.clock.now() - session.authenticatedAt <= rule.maxAgeMs) return null;
  return stepUp(needsFactor ? 'SECOND_FACTOR' : 'PASSWORD');
}

function stepUp(requires: Requirement): AuthError {
  return new AuthError('STEP_UP_REQUIRED', { requires });
}
