import { hasTwoFactor, needsSetup } from '../model/factor-policy.js';
import { ADMIN_ROLE } from '../model/roles.js';
import type { SessionState } from '../model/session-state.js';
import type { Caller } from '../model/caller.js';
import type { Context } from '../context.js';
import { AuthError, type Requirement } from '../errors.js';
import { RECENT_MS } from '../model/recency.js';
import { hasPermission } from '../features/permissions/has-permission.js';
import { wayToStepUp } from './way-to-step-up.js';
import { recordRefusal } from '../unit-of-work.js';
import type { AssuranceLevel } from '../ports/store/sessions.js';

type PlainAccess = 'session' | 'session+recent' | 'admin' | 'admin+recent';
/** For the user named in the path, and for administrators. */
type SelfAccess = 'self-or-admin' | 'self-or-admin+recent';

/** Who may call a route (http-api.md, Access levels). Every route names exactly one. */
export type SessionAccess = PlainAccess | SelfAccess;
/** Handlers that take a challenge token look for it in the body too. */
export type PublicAccess = 'public' | 'public-or-session' | 'challenge-or-session' | 'public-or-challenge-or-session';
export type Access = PublicAccess | SessionAccess;

/** The requirements of a session, besides being live. */
export interface AccessRule {
  /** One of these roles. */
  readonly roles?: readonly string[] | undefined;
  /** Answers a missing role with `NOT_FOUND` instead of `FORBIDDEN`. */
  readonly concealed?: boolean | undefined;
  /** The role needs this permission. */
  readonly permission?: string | undefined;
  /** `2`: a second factor was passed in this session. `'if-enabled'`: required only if the account has one. */
  readonly aal?: AssuranceLevel | 'if-enabled' | undefined;
  /** Maximum age of the last proof of a credential, in milliseconds. */
  readonly maxAgeMs?: number | undefined;
  /** Also allows users who must set up a second factor and have not. */
  readonly beforeSetup?: boolean | undefined;
  /** Also allows requests without a session. Used only by the guard of the application's own routes. */
  readonly optional?: boolean | undefined;
}

const RECENT: AccessRule = { aal: 'if-enabled', maxAgeMs: RECENT_MS };
const ADMIN: AccessRule = { roles: [ADMIN_ROLE], aal: 'if-enabled' };

/** The rules that do not depend on the user in the path. */
export const ACCESS_RULES: Readonly<Record<PlainAccess, AccessRule>> = {
  session: {},
  'session+recent': RECENT,
  admin: ADMIN,
  'admin+recent': { ...ADMIN, ...RECENT },
};

/** Rules for the user named in the path and for anyone else. Non-administrators get 404 for other ids (security.md Z2). */
const SELF_ACCESS: Readonly<Record<SelfAccess, Readonly<Record<'self' | 'others', AccessRule>>>> = {
  'self-or-admin': { self: {}, others: { ...ADMIN, concealed: true } },
  'self-or-admin+recent': { self: RECENT, others: { ...ADMIN, ...RECENT, concealed: true } },
};

/** The rule of the level for this caller, if the path names the user with the id `subjectId`. */
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
 * Checks the rule, and records an event if it is broken. A missing role or permission is `FORBIDDEN`, or `NOT_FOUND` if the rule is
 * concealed. A missing factor or an old proof is `STEP_UP_REQUIRED`, with the proofs that resolve it.
 */
export async function enforceAccess(
  context: Context,
  { current, rule, caller }: { readonly current: SessionState; readonly rule: AccessRule; readonly caller: Caller },
): Promise<void> {
  const found = refusalOf(context, { current, rule });
  if (found === null) return;
  const refusal = found.requires === 'PASSWORD' ? stepUp(await wayToStepUp(context, current.user)) : found;
  await recordDenial(context, { current, caller, error: refusal });
  throw refusal;
}

/** Records the event of a refused session. */
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

/** Why the rule refuses this session; `null` if it does not. */
export function refusalOf(
  context: Context,
  { current: { user, session }, rule }: { readonly current: SessionState; readonly rule: AccessRule },
): AuthError | null {
  // The role of the stored user, not of the token: a demotion takes effect at once (security.md S6).
  const { role } = user;
  if (rule.roles !== undefined && !rule.roles.includes(role)) {
    return new AuthError(rule.concealed === true ? 'NOT_FOUND' : 'FORBIDDEN');
  }
  if (rule.permission !== undefined && !hasPermission(context, { role, permission: rule.permission })) {
    return new AuthError('FORBIDDEN');
  }
  if (rule.beforeSetup !== true && needsSetup(context, { user, session })) return new AuthError('TWO_FACTOR_SETUP_REQUIRED');
  const needsFactor = rule.aal === 2 || (rule.aal === 'if-enabled' && hasTwoFactor(user));
  if (needsFactor && session.aal < 2) return stepUp('SECOND_FACTOR');
  if (rule.maxAgeMs === undefined || context.clock.now() - session.authenticatedAt <= rule.maxAgeMs) return null;
  return stepUp(needsFactor ? 'SECOND_FACTOR' : 'PASSWORD');
}

function stepUp(requires: Requirement): AuthError {
  return new AuthError('STEP_UP_REQUIRED', { requires });
}
