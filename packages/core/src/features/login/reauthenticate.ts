import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { withTransaction } from '../../unit-of-work.js';
import { requireVerifiedEmail } from '../sessions/require-verified-email.js';
import { requirePassword } from '../passwords/require-password.js';
import { renewAccessToken } from '../sessions/issue-tokens.js';
import type { ReauthenticateData, ReauthenticateInput } from './schema.js';

export type ReauthenticateRequest = ReauthenticateInput & AuthenticatedRequest;

/**
 * Makes the session recent again by its user's password. It stays the same session at the same assurance level. A wrong
 * password is `INVALID_CREDENTIALS`; a session that ended in the meantime is `INVALID_TOKEN`.
 */
export async function reauthenticate(
  context: Context,
  { password, current, caller }: ReauthenticateRequest,
): Promise<ReauthenticateData> {
  const { user, session } = current;
  const about = { userId: user.id, sessionId: session.id };
  await requirePassword(context, { current, password, caller });
  await requireVerifiedEmail(context, { user, sessionId: session.id, caller });
  const at = context.clock.now();
  const proof = { at, amr: session.amr, aal: session.aal };
  const won = await withTransaction(context, {
    caller,
    async work({ unit }) {
      const won = await unit.sessions.reauthenticate(session.id, proof);
      unit.invalidateSessionCache(user.id);
      await unit.record(
        won
          ? { type: 'session.reauthenticated', outcome: 'success', ...about }
          : { type: 'session.reauthentication-failed', outcome: 'failure', ...about },
      );
      return won;
    },
  });
  if (!won) throw new AuthError('INVALID_TOKEN');
  return renewAccessToken(context, { user, session: { ...session, authenticatedAt: at } });
}
