import { ADMIN_ROLE } from '../../model/roles.js';
import type { Caller } from '../../model/caller.js';
import type { SecurityNotice } from '../../model/outgoing-message.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { notifyOwner } from './notify-owner.js';

const AT_ONCE = 100;

/** Mails every active administrator about something that concerns no single account, with its time and source. */
export async function notifyAdministrators(
  tx: TransactionContext,
  { notice, caller }: { readonly notice: SecurityNotice; readonly caller: Caller },
): Promise<void> {
  for (let beforeId: string | undefined; ; ) {
    const page = await tx.unit.users.list({ filter: { role: ADMIN_ROLE, status: 'active' }, limit: AT_ONCE, beforeId });
    for (const user of page) await notifyOwner(tx, { user, notice, caller });
    beforeId = page.at(-1)?.id;
    if (page.length < AT_ONCE || beforeId === undefined) return;
  }
}
