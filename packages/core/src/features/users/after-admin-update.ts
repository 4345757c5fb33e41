import { SYSTEM_CALLER } from '../../model/caller.js';
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
  /** Whom the events are about, and by whom in which session. */
  readonly about: EventSubject;
}

/** What an administrator's change to a user brings with it, in the transaction that makes it. */
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

/** The owner is told at the old address, and proves the new one; whatever the old one was sent is worth nothing. */
async function followNewEmail(context: TransactionContext, { before, after, about }: UpdatedUser): Promise<number> {
  const { unit, clock } = context;
  const own = about.actorId === after.id ? (about.sessionId ?? undefined) : undefined;
  const revoked = await unit.sessions.revokeAll(after.id, clock.now(), 'email-change', own);
  await voidOneTimeTokens(context, after.id);
  // Not from where: that is the administrator's own affair.
  await notifyOwner(context, { user: before, notice: 'email-changed', caller: SYSTEM_CALLER });
  if (after.disabledAt === null) await (after.passwordHash === null ? mailInvitation : mailVerification)(context, after);
  return revoked;
}

/** Nothing that was handed out before opens the account again when it is enabled: no session, no link, no trust. */
async function revokeAccess(context: TransactionContext, { id }: UserRecord): Promise<number> {
  const { unit, clock } = context;
  await voidOneTimeTokens(context, id);
  await unit.devices.distrustAll(id);
  return unit.sessions.revokeAll(id, clock.now(), 'account-disabled');
}
