import { AuthError } from '../../errors.js';
import type { SessionProof, SessionRecord } from '../../ports/store/sessions.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { InsertedSession } from './insert-session.js';
import { deriveRefreshToken } from './refresh-token.js';

/**
 * Records a fresh proof in a session and advances its refresh chain, so that a refresh token stolen before the proof
 * gains nothing from it. Fails with `INVALID_TOKEN` if the session has ended.
 */
export async function advanceSession(
  { settings, clock, keyring, unit }: TransactionContext,
  { sessionId, prove }: { readonly sessionId: string; readonly prove: (session: SessionRecord) => SessionProof },
): Promise<InsertedSession> {
  const session = await unit.sessions.find(sessionId);
  if (session === null) throw new AuthError('INVALID_TOKEN');
  const at = clock.now();
  const proof = prove(session);
  const idleExpiresAt = Math.min(at + settings.session.idleTtl, session.expiresAt);
  const won = await unit.sessions.rotate(session.id, session.refreshCounter, { now: at, idleExpiresAt, proof });
  if (!won) throw new AuthError('INVALID_TOKEN');
  unit.invalidateSessionCache(session.userId);
  const advanced: SessionRecord = {
    ...session,
    ...proof,
    refreshCounter: session.refreshCounter + 1,
    rotatedAt: at,
    lastUsedAt: at,
    authenticatedAt: at,
    idleExpiresAt,
  };
  return { session: advanced, refreshToken: deriveRefreshToken(keyring, advanced) };
}
