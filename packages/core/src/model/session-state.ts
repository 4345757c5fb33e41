import type { SessionRecord } from '../ports/store/sessions.js';
import type { UserRecord } from '../ports/store/users.js';

/** A session and its user, read from the store at the same time. */
export interface SessionState {
  readonly session: SessionRecord;
  readonly user: UserRecord;
}

/** True if the session can be used now: not ended, not expired, and with an enabled user. */
export function isLive({ session, user }: SessionState, now: number): boolean {
  return (
    session.revokedAt === null && now < session.idleExpiresAt && now < session.expiresAt && user.disabledAt === null
  );
}

/**
 * True if a token from the last refresh has been used. Its refresh token advances the counter; its access token sets
 * `lastUsedAt` past `rotatedAt` (`sessions.markSeen`).
 */
export function isSuccessorSeen({ rotatedAt, lastUsedAt }: SessionRecord): boolean {
  return rotatedAt === null || lastUsedAt > rotatedAt;
}
