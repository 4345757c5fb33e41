import type { Deps } from '../../deps.js';
import type { SessionsData } from './schema.js';
import { toSession } from './session.js';
import type { SessionState } from './session-states.js';

/** The user's live sessions, newest first. */
export async function listSessions(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  { user, session }: SessionState,
): Promise<SessionsData> {
  const live = await store.sessions.listLive(user.id, clock.now());
  return { sessions: live.map((record) => toSession(record, session.id)) };
}
