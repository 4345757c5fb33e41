import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withTransaction } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';

/**
 * Replaces a hash that was made with older settings, while the password is known (security.md P4). It is only replaced if it is
 * still the one that was verified: an upgrade must never undo a concurrent password change. If the upgrade fails, the login
 * still succeeds.
 */
export async function upgradePasswordHash(
  context: Context,
  { user, password, caller }: { readonly user: UserRecord; readonly password: string; readonly caller: Caller },
): Promise<void> {
  const from = user.passwordHash;
  if (from === null || !context.hasher.needsRehash(from)) return;
  try {
    const to = await context.hasher.hash({ password, caller });
    await withTransaction(context, {
      caller,
      async work({ unit }) {
        const replaced = await unit.users.replacePasswordHash(user.id, from, to);
        if (replaced) await unit.record({ type: 'password.rehashed', outcome: 'success', userId: user.id });
      },
    });
  } catch {
    // If the client has disconnected, the login ends too.
    caller.signal?.throwIfAborted();
    context.logger.warn('a password hash could not be upgraded; the next login tries again', { userId: user.id });
  }
}
