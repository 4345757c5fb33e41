import type { Deps } from '../../context.js';
import type { SessionsData } from './schema.js';
import { toSession } from '../../model/session.js';
import type { SessionState } from '../../services/session-cache.js';

/** The user's live sessions, newest first. */
export async function listSessions(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  { user, session }: SessionState,
): Promise<SessionsData> {
  const live = await store.sessions.listLive(user.id, clock.now());
  return { sessions: live.map((record) => toSession(record, session.id)) };
}
