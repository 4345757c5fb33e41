import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { needsSetup } from '../../model/factor-policy.js';
import type { SessionState } from '../../model/session-state.js';

/**
 * Fails with `STEP_UP_REQUIRED` if policy requires a second factor, the session has passed none, and the account has a
 * passkey: the passkey must be used first. Otherwise an attacker with the password could satisfy the policy with a
 * factor of their own.
 */
export async function requirePasskeyFirst(context: Context, current: SessionState): Promise<void> {
  if (context.settings.passkeys === undefined || !needsSetup(context, current)) return;
  const passkeys = await context.store.passkeys.list(current.user.id);
  if (passkeys.length > 0) throw new AuthError('STEP_UP_REQUIRED', { requires: 'SECOND_FACTOR' });
}
