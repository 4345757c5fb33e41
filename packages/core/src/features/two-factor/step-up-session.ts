import type { SessionState } from '../../model/session-state.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import { deriveRefreshToken } from '../sessions/refresh-token.js';
import type { PassedSession } from './complete-challenge.js';

/**
 * Raises a session to the second assurance level. It stays the same session; its refresh chain moves on, so that a token
 * stolen before the step does not carry what came after it. Fails with `INVALID_TOKEN` where the session ended.
 */
export async function stepUpSession(
  { settings, clock, keyring, unit }: TransactionContext,
  { state, amr: method }: { readonly state: SessionState; readonly amr: string },
): Promise<PassedSession> {
  const session = await unit.sessions.find(state.session.id);
  if (session === null) throw new AuthError('INVALID_TOKEN');
  const at = clock.now();
  const idleExpiresAt = Math.min(at + settings.session.idleTtl, session.expiresAt);
  const amr = [...new Set([...session.amr, method])];
  const won = await unit.sessions.rotate(session.id, session.refreshCounter, { now: at, idleExpiresAt, proof: { amr, aal: 2 } });
  if (!won) throw new AuthError('INVALID_TOKEN');
  unit.invalidateSessionCache(session.userId);
  const raised = {
    ...session,
    refreshCounter: session.refreshCounter + 1,
    rotatedAt: at,
    lastUsedAt: at,
    authenticatedAt: at,
    idleExpiresAt,
    amr,
    aal: 2,
  } as const;
  return { session: raised, refreshToken: deriveRefreshToken(keyring, raised) };
}
