import type { SessionState } from '../../model/session-state.js';
import type { Context } from '../../context.js';
import type { SessionsData } from './schema.js';
import { toSession } from '../../model/session.js';

/** The user's live sessions, newest first. */
export async function listSessions(
  { store, clock }: Context,
  { user, session }: SessionState,
): Promise<SessionsData> {
  const live = await store.sessions.list(user.id, { liveAt: clock.now() });
  return { sessions: live.map((record) => toSession(record, session.id)) };
}
