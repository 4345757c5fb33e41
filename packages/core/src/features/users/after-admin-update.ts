import { SYSTEM_CALLER } from '../../model/caller.js';
import { isInvited } from '../../model/user-status.js';
import type { TransactionContext } from '../../unit-of-work.js';
import { isDeepStrictEqual } from 'node:util';
import type { UserRecord } from '../../ports/store/users.js';
import type { EventSubject, NewEvent } from '../../model/events.js';
import { mailVerification } from '../email/mail-verification.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { voidOneTimeTokens } from '../tokens/void-one-time-tokens.js';
import { mailInvitation } from './mail-invitation.js';

export interface UpdatedUser {
  readonly before: UserRecord;
  readonly after: UserRecord;
  /** The user, and the administrator's id and session. */
  readonly about: EventSubject;
}

/** Records an administrator's change of a user and its consequences, in the same transaction. */
export async function afterAdminUpdate(context: TransactionContext, update: UpdatedUser): Promise<void> {
  const { before, after, about } = update;
  const outcome = 'success';
  const record = async (event: NewEvent): Promise<void> => context.unit.record({ ...event, ...about });
  const fields = (['name', 'username', 'profile'] as const).filter((field) => !isDeepStrictEqual(before[field], after[field]));
  if (fields.length > 0) await record({ type: 'account.updated', outcome, detail: { fields: fields.join(',') } });
  if (before.role !== after.role) {
    await record({ type: 'account.role-changed', outcome, detail: { from: before.role, to: after.role } });
  }
  if (before.email !== after.email) {
    await record({ type: 'email.changed', outcome, detail: { revoked: await followNewEmail(context, update) } });
  }
  if (before.disabledAt === null && after.disabledAt !== null) {
    await record({ type: 'account.disabled', outcome, detail: { revoked: await revokeAccess(context, after) } });
  }
  if (before.disabledAt !== null && after.disabledAt === null) await record({ type: 'account.enabled', outcome });
}

/**
 * Notifies the owner at the old address and mails a verification link to the new one. Links mailed to the old address
 * are void.
 */
async function followNewEmail(context: TransactionContext, { before, after }: UpdatedUser): Promise<number> {
  const { unit, clock } = context;
  const revoked = await unit.sessions.revokeAll(after.id, clock.now(), 'email-change');
  await voidOneTimeTokens(context, after.id);
  // The administrator's network address and device are not shown to the user.
  await notifyOwner(context, { user: before, notice: 'email-changed', caller: SYSTEM_CALLER });
  if (after.disabledAt === null) await (isInvited(after) ? mailInvitation : mailVerification)(context, after);
  return revoked;
}

/** Ends sessions, links and trust in devices, so that they do not work again when the account is enabled again. */
async function revokeAccess(context: TransactionContext, { id }: UserRecord): Promise<number> {
  const { unit, clock } = context;
  await voidOneTimeTokens(context, id);
  await unit.devices.distrustAll(id);
  return unit.sessions.revokeAll(id, clock.now(), 'account-disabled');
}
