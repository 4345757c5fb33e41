import type { AuthenticatedRequest } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { withTransaction, type TransactionContext } from '../../unit-of-work.js';
import { AuthError } from '../../errors.js';
import { isInvited } from '../../model/user-status.js';
import { actorOf } from '../../model/actor.js';
import type { EventSubject } from '../../model/events.js';
import { takeMail } from '../notifications/limit-mail.js';
import { mailLinkToken } from '../tokens/link-token.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { mailInvitation } from './mail-invitation.js';

export interface StartPasswordResetRequest extends AuthenticatedRequest {
  readonly id: string;
}

type Outcome =
  | { readonly kind: 'mailed' | 'missing' | 'disabled' }
  | { readonly kind: 'limited'; readonly retryAt: number | null };

/**
 * Mails a user a link to choose a new password; an administrator never chooses it (security.md R6). An invited user who
 * has not come yet is invited again. Fails with `NOT_FOUND`, `ACCOUNT_DISABLED`, and `TOO_MANY_REQUESTS` above one a minute and
 * five an hour.
 */
export async function startPasswordReset(
  context: Context,
  { id, current, caller }: StartPasswordResetRequest,
): Promise<void> {
  const about = { userId: id, ...actorOf(current) };
  const outcome = await withTransaction(context, { caller, work: (tx) => start(tx, { id, about }) });
  switch (outcome.kind) {
    case 'mailed':
      return;
    case 'missing':
      throw new AuthError('NOT_FOUND');
    case 'disabled':
      throw new AuthError('ACCOUNT_DISABLED');
    case 'limited':
      throw tooManyRequests(context, outcome.retryAt);
  }
}

async function start(
  context: TransactionContext,
  { id, about }: { readonly id: string; readonly about: EventSubject },
): Promise<Outcome> {
  const { unit, settings } = context;
  const user = await unit.users.find(id);
  if (user === null) return { kind: 'missing' };
  const refuse = async (reason: 'limited' | 'disabled-account'): Promise<void> =>
    unit.record({ type: 'password.reset-requested', outcome: 'failure', ...about, detail: { reason } });
  if (user.disabledAt !== null) {
    await refuse('disabled-account');
    return { kind: 'disabled' };
  }
  const taken = await takeMail(context, { kind: 'by-admin', email: user.email });
  if (taken.kind === 'refused') {
    await refuse('limited');
    return { kind: 'limited', retryAt: taken.retryAt };
  }
  if (isInvited(user)) {
    await mailInvitation(context, user);
    await unit.record({ type: 'account.invited', outcome: 'success', ...about, detail: { role: user.role } });
    return { kind: 'mailed' };
  }
  await mailLinkToken(context, { userId: id, purpose: 'password-reset', email: user.email, ttlMs: settings.recovery.resetTtl });
  await unit.record({ type: 'password.reset-requested', outcome: 'success', ...about });
  return { kind: 'mailed' };
}
