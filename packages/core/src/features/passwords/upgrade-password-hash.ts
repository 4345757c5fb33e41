import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withTransaction } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';

/**
 * Replaces a hash made with older settings, now that the password is at hand (security.md P4). It is replaced only
 * while it is still the one that was verified: an upgrade must never undo a password change made beside it. A login
 * does not fail for want of an upgrade.
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
    // Nobody waits for the login either.
    caller.signal?.throwIfAborted();
    context.logger.warn('a password hash could not be upgraded; the next login tries again', { userId: user.id });
  }
}
