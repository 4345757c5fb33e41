import type { Caller } from '../../context.js';
import { AuthError } from '../../errors.js';
import { doerOf } from '../../model/actor.js';
import { transact } from '../../unit-of-work.js';
import type { EventSubject } from '../../model/events.js';
import type { TransactDeps, UnitOfWork } from '../../unit-of-work.js';
import { takeMail } from '../notifications/limit-mail.js';
import type { LimitMailDeps } from '../notifications/limit-mail.js';
import type { SessionState } from '../../services/session-cache.js';
import { mailLinkToken } from '../tokens/link-token.js';
import { tooManyRequests } from '../throttling/too-many-requests.js';
import { mailInvitation } from './mail-invitation.js';
import type { MailInvitationDeps } from './mail-invitation.js';

type Parts = MailInvitationDeps & LimitMailDeps;

export type StartPasswordResetDeps = TransactDeps & Omit<Parts, 'unit'>;

export interface StartPasswordResetRequest {
  readonly id: string;
  readonly current: SessionState;
  readonly caller: Caller;
}

type Outcome =
  | { readonly kind: 'mailed' | 'missing' | 'disabled' }
  | { readonly kind: 'limited'; readonly retryAt: number | null };

/**
 * Mails a user a link to choose a new password: no administrator ever chooses it (security.md R6). Whoever has none so far
 * is invited again instead. Fails with `NOT_FOUND`, `ACCOUNT_DISABLED`, and `TOO_MANY_REQUESTS` past one a minute and five
 * an hour.
 */
export async function startPasswordReset(
  deps: StartPasswordResetDeps,
  { id, current, caller }: StartPasswordResetRequest,
): Promise<void> {
  const about = { userId: id, ...doerOf(current) };
  const outcome = await transact(deps, { caller, work: (unit) => start({ ...deps, unit }, { id, about }) });
  switch (outcome.kind) {
    case 'mailed':
      return;
    case 'missing':
      throw new AuthError('NOT_FOUND');
    case 'disabled':
      throw new AuthError('ACCOUNT_DISABLED');
    case 'limited':
      throw tooManyRequests(deps, outcome.retryAt);
  }
}

async function start(
  deps: Parts & { readonly unit: UnitOfWork },
  { id, about }: { readonly id: string; readonly about: EventSubject },
): Promise<Outcome> {
  const { unit, settings } = deps;
  const user = await unit.users.find(id);
  if (user === null) return { kind: 'missing' };
  const refuse = async (reason: 'limited' | 'disabled-account'): Promise<void> =>
    unit.record({ type: 'password.reset-requested', outcome: 'failure', ...about, detail: { reason } });
  if (user.disabledAt !== null) {
    await refuse('disabled-account');
    return { kind: 'disabled' };
  }
  const taken = await takeMail(deps, { kind: 'by-admin', email: user.email });
  if (taken.kind === 'refused') {
    await refuse('limited');
    return { kind: 'limited', retryAt: taken.retryAt };
  }
  if (user.passwordHash === null) {
    await mailInvitation(deps, user);
    await unit.record({ type: 'account.invited', outcome: 'success', ...about, detail: { role: user.role } });
    return { kind: 'mailed' };
  }
  await mailLinkToken(deps, { userId: id, purpose: 'password-reset', email: user.email, ttlMs: settings.recovery.resetTtl });
  await unit.record({ type: 'password.reset-requested', outcome: 'success', ...about });
  return { kind: 'mailed' };
}
