import type { SessionState } from './session-state.js';
import { deepFreeze } from '../foundation/deep-freeze.js';
import { toSession, type Session } from './session.js';
import type { AccessClaims } from './access-claims.js';
import { toUser, type User } from './user.js';

/** The caller: a live session and its user. */
export interface Principal<Profile = unknown> {
  readonly user: User<Profile>;
  readonly session: Session;
  readonly claims: AccessClaims;
}

/** A caller whose session is live, with the records that use-cases need. */
export interface Authenticated {
  readonly state: SessionState;
  readonly claims: AccessClaims;
}

/** Cached for as long as the state exists. Frozen, since requests share it. */
const shown = new WeakMap<SessionState, Pick<Principal, 'user' | 'session'>>();

export function toPrincipal(context: Parameters<typeof toUser>[0], { state, claims }: Authenticated): Principal {
  let known = shown.get(state);
  if (known === undefined) {
    known = { user: deepFreeze(toUser(context, state.user)), session: Object.freeze(toSession(state.session, state.session.id)) };
    shown.set(state, known);
  }
  return { user: known.user, session: known.session, claims };
}
