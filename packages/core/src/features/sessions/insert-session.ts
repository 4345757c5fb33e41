import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { makeSecret } from '../../crypto/secret-token.js';
import type { AssuranceLevel, SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { deriveRefreshToken } from './refresh-token.js';

/** Ended sessions that are kept for a user, so that reuse of their refresh tokens is still recognised. */
const KEPT_WHEN_OVER = 100;

export interface InsertSessionInput {
  readonly user: UserRecord;
  readonly deviceId: string;
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
  readonly caller: Caller;
}

export interface InsertedSession {
  readonly session: SessionRecord;
  readonly refreshToken: string;
}

/** Inserts a session in the transaction that decided on it. Above `maxPerUser` the oldest session ends. */
export async function insertSession(
  { settings, clock, random, keyring, makeId, unit }: TransactionContext,
  { user, deviceId, amr, aal, caller }: InsertSessionInput,
): Promise<InsertedSession> {
  const now = clock.now();
  const { idleTtl, absoluteTtl, maxPerUser } = settings.session;
  const session: SessionRecord = {
    id: makeId(),
    userId: user.id,
    deviceId,
    refreshCounter: 0,
    refreshSalt: makeSecret(random),
    rotatedAt: null,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: now + Math.min(idleTtl, absoluteTtl),
    expiresAt: now + absoluteTtl,
    revokedAt: null,
    revokeReason: null,
    authenticatedAt: now,
    amr,
    aal,
    ip: caller.ip,
    userAgent: caller.userAgent,
  };
  const stored = await unit.sessions.insert(session);
  const oldest = stored > maxPerUser ? await unit.sessions.revokeOldest(user.id, maxPerUser, now) : [];
  for (const sessionId of oldest) {
    await unit.record({
      type: 'session.ended',
      outcome: 'success',
      userId: user.id,
      sessionId,
      detail: { reason: 'session-limit' },
    });
    unit.invalidateSessionCache(user.id);
  }
  // Z4: a client that logs in and out in a loop leaves at most this many ended sessions.
  if (stored > KEPT_WHEN_OVER) await unit.sessions.forgetOver(user.id, KEPT_WHEN_OVER, now);
  return { session, refreshToken: deriveRefreshToken(keyring, session) };
}
