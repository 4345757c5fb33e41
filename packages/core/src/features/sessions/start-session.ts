import { makeSecret } from '../../crypto/secret-token.js';
import type { Caller, Deps } from '../../context.js';
import type { AssuranceLevel, SessionRecord } from '../../ports/store/sessions.js';
import type { UserRecord } from '../../ports/store/users.js';
import { deriveRefreshToken } from './refresh-token.js';
import type { UnitOfWork } from '../../unit-of-work.js';

export type StartSessionDeps = Pick<Deps, 'settings' | 'clock' | 'random' | 'keyring' | 'makeId'> & {
  readonly unit: UnitOfWork;
};

export interface StartSessionInput {
  readonly user: UserRecord;
  readonly deviceId: string;
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
  readonly caller: Caller;
}

export interface StartedSession {
  readonly session: SessionRecord;
  readonly refreshToken: string;
}

/** Begins a session within the transaction that decided on it. Past `maxPerUser` the oldest session ends. */
export async function startSession(
  { settings, clock, random, keyring, makeId, unit }: StartSessionDeps,
  { user, deviceId, amr, aal, caller }: StartSessionInput,
): Promise<StartedSession> {
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
  await unit.sessions.insert(session);
  for (const sessionId of await unit.sessions.revokeOldest(user.id, maxPerUser, now)) {
    await unit.record({
      type: 'session.ended',
      outcome: 'success',
      userId: user.id,
      sessionId,
      detail: { reason: 'session-limit' },
    });
    unit.forgetState(user.id);
  }
  return { session, refreshToken: deriveRefreshToken(keyring, session) };
}
