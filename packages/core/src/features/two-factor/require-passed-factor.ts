import { AuthError } from '../../errors.js';
import { hasTwoFactor } from '../../model/factor-policy.js';
import { isLive, type SessionState } from '../../model/session-state.js';
import type { TransactionContext } from '../../unit-of-work.js';

/**
 * Reads the session again, in the transaction that adds a way to log in. Fails with `STEP_UP_REQUIRED` if a second factor
 * was turned on in the meantime that the session has not passed (security.md M6, W6), and with `INVALID_TOKEN` if the
 * session has ended.
 */
export async function requirePassedFactor({ unit, clock }: TransactionContext, { session: { id } }: SessionState): Promise<SessionState> {
  const now = await unit.sessions.findWithUser(id);
  if (now === null || !isLive(now, clock.now())) throw new AuthError('INVALID_TOKEN');
  if (hasTwoFactor(now.user) && now.session.aal < 2) throw new AuthError('STEP_UP_REQUIRED', { requires: 'SECOND_FACTOR' });
  return now;
}
