import { AuthError } from '../../errors.js';
import type { AuthenticatedRequest } from '../../model/caller.js';
import { isLive } from '../../model/session-state.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { concludeCredentialChange } from '../accounts/conclude-credential-change.js';
import { forgetDevices } from '../devices/forget-devices.js';
import { advanceSession } from '../sessions/advance-session.js';
import type { RefreshableSession } from '../sessions/issue-tokens.js';

/** Sets the password and replaces the session's refresh token. Returns `null` if session or account changed in the meantime. */
export async function applyPasswordChange(
  context: TransactionContext,
  { current, hash, caller }: AuthenticatedRequest & { readonly hash: string },
): Promise<RefreshableSession | null> {
  const { unit } = context;
  const { user, session } = current;
  const { id: userId, securityVersion } = user;
  const at = context.clock.now();
  const about = { userId, sessionId: session.id };
  unit.invalidateSessionCache(userId);
  // Checked again: a session that was ended since the password was verified must not get a new token,
  // and of a concurrent change and reset only one may win.
  const now = await unit.sessions.findWithUser(session.id);
  if (now === null || !isLive(now, at) || now.user.securityVersion !== securityVersion) {
    // Do not record the id of a deleted account.
    const left = now === null ? {} : about;
    await unit.record({ type: 'password.change-refused', outcome: 'failure', ...left, detail: { reason: 'changed-meanwhile' } });
    return null;
  }
  const isChanged = await unit.users.setPassword(userId, { hash, at, securityVersion });
  const changed = await unit.users.find(userId);
  if (!isChanged || changed === null) throw new AuthError('INVALID_TOKEN');
  // The password was just proven, and a stolen refresh token must not outlive the change.
  const advanced = await advanceSession(context, { sessionId: session.id, prove: ({ amr, aal }) => ({ amr, aal }) });
  const revoked = await unit.sessions.revokeAll(userId, at, 'password-change', session.id);
  await forgetDevices(context, { userId, keep: session.deviceId });
  const event = { type: 'password.changed', outcome: 'success', ...about, detail: { revoked } } as const;
  await concludeCredentialChange(context, { user, event, notice: 'password-changed', caller });
  return { user: changed, ...advanced };
}
