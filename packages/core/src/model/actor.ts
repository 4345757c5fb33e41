import type { SessionState } from './session-state.js';

/** The account and session that an action was done with. Part of an event. */
export interface Actor {
  readonly actorId: string;
  readonly sessionId: string;
}

export function actorOf({ user, session }: SessionState): Actor {
  return { actorId: user.id, sessionId: session.id };
}
