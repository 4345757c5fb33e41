import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { ACCESS_RULES, enforceAccess } from '../../http/access.js';
import type { Caller } from '../../model/caller.js';
import type { SessionState } from '../../model/session-state.js';
import type { Attempt } from './attempt.js';

export interface LinkingRequest {
  /** The session of the access token, if one was sent. */
  readonly current: SessionState | null;
  /** Why the access token that was sent is not valid. */
  readonly refusal: AuthError | null;
  readonly caller: Caller;
}

/**
 * The session that an identity is to be linked to. It has to be recent, as for every new way to log in. Fails with
 * `UNAUTHENTICATED`, `INVALID_TOKEN` or `STEP_UP_REQUIRED`.
 */
export async function requireLinkingSession(context: Context, { current, refusal, caller }: LinkingRequest): Promise<NonNullable<Attempt['link']>> {
  if (current === null) throw refusal ?? new AuthError('UNAUTHENTICATED');
  await enforceAccess(context, { current, rule: ACCESS_RULES['session+recent'], caller });
  return { userId: current.user.id, sessionId: current.session.id };
}
