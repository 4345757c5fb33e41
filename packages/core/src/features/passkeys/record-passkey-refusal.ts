import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import { withTransaction } from '../../unit-of-work.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { useCeremony } from './ceremony.js';
import type { PasskeyRefusal } from './passkey-refusal.js';

/**
 * Records the event of a refusal. If the counter of a genuine answer went back, the owner is notified (security.md W4).
 */
export async function recordPasskeyRefusal(
  context: Context,
  { refusal, caller: { ip, userAgent } }: { readonly refusal: PasskeyRefusal; readonly caller: Caller },
): Promise<void> {
  const { reason, userId = null, copied } = refusal;
  // Without the caller's authority: a refusal is recorded even if the session has ended.
  const caller: Caller = { ip, userAgent };
  await withTransaction(context, {
    caller,
    async work(tx) {
      await tx.unit.record({ type: 'passkey.refused', outcome: 'failure', userId, actorId: null, detail: { reason } });
      // The same answer sent again must not fill the owner's mailbox.
      if (copied === undefined || !(await useCeremony(tx, copied.ceremony))) return;
      await notifyOwner(tx, { user: copied.user, notice: 'passkey-copied', caller });
    },
  });
}
