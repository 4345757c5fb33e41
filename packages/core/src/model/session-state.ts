import type { SessionRecord } from '../ports/store/sessions.js';
import type { UserRecord } from '../ports/store/users.js';

/** A session and its user, as the store had them at one moment. */
export interface SessionState {
  readonly session: SessionRecord;
  readonly user: UserRecord;
}

/** True if the session can be used now: not ended, not expired, and its user is enabled. */
export function isLive({ session, user }: SessionState, now: number): boolean {
  return (
    session.revokedAt === null && now < session.idleExpiresAt && now < session.expiresAt && user.disabledAt === null
  );
}

/**
 * True if a token that the last refresh returned has been used. Its refresh token moves the counter on; its access token leaves
 * `lastUsedAt` past `rotatedAt` (`sessions.markSeen`).
 */
export function isSuccessorSeen({ rotatedAt, lastUsedAt }: SessionRecord): boolean {
  return rotatedAt === null || lastUsedAt > rotatedAt;
}
