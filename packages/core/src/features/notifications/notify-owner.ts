import type { Caller, Deps } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import type { SecurityNotice } from '../../model/outgoing-message.js';

export type NotifyOwnerDeps = Pick<Deps, 'clock'> & { readonly unit: UnitOfWork };

export interface NoticeInput {
  readonly user: UserRecord;
  readonly notice: SecurityNotice;
  readonly caller: Caller;
  /** With notices about backup codes. */
  readonly backupCodesRemaining?: number;
}

/** Tells the owner by mail what was changed, when and from where (security.md L6). */
export async function notifyOwner(
  { unit, clock }: NotifyOwnerDeps,
  { user, caller, ...about }: NoticeInput,
): Promise<void> {
  await unit.send({
    userId: user.id,
    channel: 'email',
    to: user.email,
    content: { kind: 'security-notice', at: clock.now(), ...caller, ...about },
  });
}
