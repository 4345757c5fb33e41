import type { SessionState } from '../services/session-cache.js';

/** Who did something, and in which session: a part of an event. */
export interface Doer {
  readonly actorId: string;
  readonly sessionId: string;
}

export function doerOf({ user, session }: SessionState): Doer {
  return { actorId: user.id, sessionId: session.id };
}
