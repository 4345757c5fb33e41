import type { RevokeReason, SessionRecord, SessionStore } from '../../ports/store/sessions.js';
import { requireUser, type Tables } from './tables.js';

export function memorySessions(tables: Tables): SessionStore {
  const { sessions, users } = tables;

  const findLive = (id: string, at: number): SessionRecord | null => {
    const session = sessions.get(id);
    return session !== undefined && isLive(session, at) ? session : null;
  };
  const listLive = (userId: string, at: number): SessionRecord[] =>
    sessions.by('userId', userId).filter((session) => isLive(session, at));
  const end = (session: SessionRecord, revokedAt: number, revokeReason: RevokeReason): void =>
    sessions.replace({ ...session, revokedAt, revokeReason });

  return {
    async insert(session) {
      requireUser(tables, session.userId);
      sessions.add(session);
      return sessions.by('userId', session.userId).length;
    },
    async find(id) {
      return sessions.get(id) ?? null;
    },
    async findWithUser(id) {
      const session = sessions.get(id);
      const user = session && users.get(session.userId);
      return session && user ? { session, user } : null;
    },
    async list(userId, filter) {
      return filter === undefined ? sessions.by('userId', userId) : listLive(userId, filter.liveAt);
    },
    async rotate(id, fromCounter, { now, idleExpiresAt, proof }) {
      const session = findLive(id, now);
      if (session === null || session.refreshCounter !== fromCounter) return false;
      const rotated = { refreshCounter: fromCounter + 1, rotatedAt: now, lastUsedAt: now, idleExpiresAt };
      sessions.replace({ ...session, ...rotated, ...(proof !== undefined && { ...proof, authenticatedAt: now }) });
      return true;
    },
    async markSeen(id, counter, at) {
      const session = sessions.get(id);
      if (session === undefined || session.refreshCounter !== counter) return;
      const { rotatedAt, lastUsedAt } = session;
      if (rotatedAt === null || lastUsedAt > rotatedAt) return;
      sessions.replace({ ...session, lastUsedAt: Math.max(at, rotatedAt + 1) });
    },
    async reauthenticate(id, { at, amr, aal }) {
      const session = findLive(id, at);
      if (session === null) return false;
      sessions.replace({ ...session, authenticatedAt: at, amr, aal });
      return true;
    },
    async revoke(id, at, reason) {
      const session = sessions.get(id);
      if (session === undefined || session.revokedAt !== null) return false;
      end(session, at, reason);
      return true;
    },
    async revokeAll(userId, at, reason, except) {
      const ended = listLive(userId, at).filter((session) => session.id !== except);
      for (const session of ended) end(session, at, reason);
      return ended.length;
    },
    async revokeOldest(userId, keep, at) {
      const ended = listLive(userId, at).slice(keep);
      for (const session of ended) end(session, at, 'session-limit');
      return ended.map((session) => session.id);
    },
    async forgetOver(userId, keep, at) {
      const over = sessions.by('userId', userId).filter((session) => overAt(session) < at);
      for (const { id } of over.slice(keep)) sessions.delete(id);
    },
  };
}

const overAt = ({ revokedAt, idleExpiresAt, expiresAt }: SessionRecord): number => Math.min(revokedAt ?? Infinity, idleExpiresAt, expiresAt);

const isLive = (session: SessionRecord, at: number): boolean =>
  session.revokedAt === null && at < session.idleExpiresAt && at < session.expiresAt;
