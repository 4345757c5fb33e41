import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError, invalidField } from '../../errors.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { mayMail } from '../notifications/limit-mail.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { requirePasswordIfAny } from '../passwords/require-password.js';
import { insertLinkToken, mailLinkToken } from '../tokens/link-token.js';
import { admitEmailChange } from './admit-email-change.js';
import { mailRegistrationAttempt } from './mail-registration-attempt.js';
import type { ChangeEmailInput } from './schema.js';

export type ChangeEmailRequest = ChangeEmailInput & AuthenticatedRequest;

type Outcome = 'begun' | 'limited' | 'taken' | 'changed-meanwhile';

/**
 * Begins a change of address, which takes effect when the new address confirms it (`verifyEmail`). The old address is
 * notified, and an earlier pending change is void (security.md R5). Above one a minute and five an hour nothing is
 * mailed, and the answer does not tell (R2).
 *
 * A wrong password is `INVALID_CREDENTIALS`, the account's own address `VALIDATION_FAILED`, an account that changed in
 * the meantime `INVALID_TOKEN`. A taken address is `EMAIL_TAKEN`; with `registration.concealExisting` its owner gets a
 * mail instead, and the answer is the same as for a free address.
 */
export async function changeEmail(context: Context, request: ChangeEmailRequest): Promise<void> {
  const { newEmail, password, current, caller } = request;
  const { user, session } = current;
  const refusal = { type: 'email.change-refused', detail: { reason: 'wrong-password' } } as const;
  await requirePasswordIfAny(context, { current, password, caller, refusal });
  if (newEmail === user.email) {
    throw invalidField('newEmail', 'is the address of this account');
  }
  await admitEmailChange(context, { user, newEmail, about: { userId: user.id, sessionId: session.id }, caller });
  const outcome = await withTransaction(context, { caller, work: (tx) => begin(tx, request) });
  if (outcome === 'changed-meanwhile') throw new AuthError('INVALID_TOKEN');
  if (outcome === 'taken') throw new AuthError('EMAIL_TAKEN');
}

async function begin(
  context: TransactionContext,
  { newEmail, current: { user: known, session }, caller }: ChangeEmailRequest,
): Promise<Outcome> {
  const { unit, clock, settings } = context;
  // The password was verified before this transaction. A change since then has voided pending tokens, and a token made
  // now would escape that (R5).
  const user = await unit.users.find(known.id);
  const about = { userId: user?.id ?? null, sessionId: session.id };
  const refuse = async (reason: Exclude<Outcome, 'begun'>): Promise<Outcome> => {
    await unit.record({ type: 'email.change-refused', outcome: 'failure', ...about, detail: { reason } });
    return reason;
  };
  if (user?.securityVersion !== known.securityVersion) return refuse('changed-meanwhile');
  await unit.oneTimeTokens.voidAll(user.id, ['email-change'], clock.now());
  // Limited by the account's own address: the new one may belong to someone else.
  if (!(await mayMail(context, { kind: 'email-change', email: user.email }))) return refuse('limited');
  const owner = await unit.users.findByEmail(newEmail);
  if (owner !== null && !settings.registration.concealExisting) return refuse('taken');
  const link = { userId: user.id, purpose: 'email-change', email: newEmail, sessionId: session.id, ttlMs: settings.recovery.verificationTtl } as const;
  if (owner === null) await mailLinkToken(context, { ...link, ...(settings.registration.concealExisting && { messageUserId: null }) });
  else {
    // R2: the caller's trail and export look the same as for a free address: they show this token, which is never sent,
    // and no message.
    await insertLinkToken(context, link);
    await mailRegistrationAttempt(context, owner);
  }
  await notifyOwner(context, { user, notice: 'email-change-requested', caller });
  await unit.record({ type: 'email.change-requested', outcome: 'success', ...about });
  return 'begun';
}
