import type { Caller } from '../../model/caller.js';
import type { TransactionContext } from '../../unit-of-work.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { SecurityNotice } from '../../model/outgoing-message.js';

export interface NoticeInput {
  readonly user: UserRecord;
  readonly notice: SecurityNotice;
  readonly caller: Caller;
  /** With notices about backup codes. */
  readonly backupCodesRemaining?: number;
}

/** Mails the owner what was changed, when and from where (security.md L6). */
export async function notifyOwner(
  { unit, clock }: TransactionContext,
  { user, caller, ...about }: NoticeInput,
): Promise<void> {
  await unit.send({
    userId: user.id,
    channel: 'email',
    to: user.email,
    content: { kind: 'security-notice', at: clock.now(), ip: caller.ip, userAgent: caller.userAgent, ...about },
  });
}
