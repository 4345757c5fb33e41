import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import { toUser } from '../../model/user.js';
import { transact } from '../../unit-of-work.js';
import type { UnitOfWork } from '../../unit-of-work.js';
import { askHook } from '../hooks/ask-hook.js';
import { mayMail } from '../notifications/limit-mail.js';
import type { LimitMailDeps } from '../notifications/limit-mail.js';
import { notifyOwner } from '../notifications/notify-owner.js';
import { demandPassword } from '../passwords/demand-password.js';
import type { DemandPasswordDeps } from '../passwords/demand-password.js';
import type { SessionState } from '../../services/session-cache.js';
import { mailLinkToken } from '../tokens/link-token.js';
import type { MailLinkTokenDeps } from '../tokens/link-token.js';
import { mailRegistrationAttempt } from './mail-registration-attempt.js';
import type { ChangeEmailInput } from './schema.js';

type Parts = MailLinkTokenDeps & LimitMailDeps & Pick<Deps, 'settings'>;

export type ChangeEmailDeps = DemandPasswordDeps & Omit<Parts, 'unit'>;

export interface ChangeEmailRequest extends ChangeEmailInput {
  readonly current: SessionState;
  readonly caller: Caller;
}

type Outcome = 'mailed' | 'limited' | 'taken' | 'changed-meanwhile';

/**
 * Begins a change of address: it takes effect when the new address confirms it (`verifyEmail`); the old one is told. An
 * earlier change that is still pending dies (security.md R5). Past one a minute and five an hour nothing is mailed, and
 * nobody is told (R2).
 *
 * A wrong password is `INVALID_CREDENTIALS`, the account's own address `VALIDATION_FAILED`, somebody else's `EMAIL_TAKEN`,
 * unless `registration.concealExisting` has their owner told instead; an account that changed meanwhile `INVALID_TOKEN`.
 */
export async function changeEmail(deps: ChangeEmailDeps, request: ChangeEmailRequest): Promise<void> {
  const { newEmail, password, current, caller } = request;
  const { user, session } = current;
  const refusal = { type: 'email.change-refused', detail: { reason: 'wrong-password' } } as const;
  await demandPassword(deps, { current, password, caller, refusal });
  if (newEmail === user.email) {
    throw new AuthError('VALIDATION_FAILED', { issues: [{ path: 'newEmail', message: 'is the address of this account' }] });
  }
  await askHook(deps, {
    hook: deps.settings.hooks.beforeEmailChange,
    attempt: { user: toUser(deps, user), newEmail, caller },
    refusal: (detail) => ({ type: 'email.change-refused', outcome: 'failure', userId: user.id, sessionId: session.id, detail }),
  });
  const outcome = await transact(deps, { caller, work: (unit) => begin({ ...deps, unit }, request) });
  if (outcome === 'changed-meanwhile') throw new AuthError('INVALID_TOKEN');
  if (outcome === 'taken' && !deps.settings.registration.concealExisting) throw new AuthError('EMAIL_TAKEN');
}

async function begin(
  deps: Parts & { readonly unit: UnitOfWork },
  { newEmail, current: { user: known, session }, caller }: ChangeEmailRequest,
): Promise<Outcome> {
  const { unit, clock, settings } = deps;
  // The password was verified before this transaction. A change that was made since has voided what was pending, and a
  // token made now would escape it (R5).
  const user = await unit.users.find(known.id);
  const about = { userId: user?.id ?? null, sessionId: session.id };
  const refuse = async (reason: Exclude<Outcome, 'mailed'>): Promise<Outcome> => {
    await unit.record({ type: 'email.change-refused', outcome: 'failure', ...about, detail: { reason } });
    return reason;
  };
  if (user?.securityVersion !== known.securityVersion) return refuse('changed-meanwhile');
  await unit.oneTimeTokens.voidAll(user.id, ['email-change'], clock.now());
  // By the account's own address: the new one is anybody's.
  if (!(await mayMail(deps, { kind: 'email-change', email: user.email }))) return refuse('limited');
  const owner = await unit.users.findByEmail(newEmail);
  if (owner !== null) {
    if (settings.registration.concealExisting) {
      await mailRegistrationAttempt(deps, owner);
      await notifyOwner(deps, { user, notice: 'email-change-requested', caller });
    }
    return refuse('taken');
  }
  await mailLinkToken(deps, {
    userId: user.id,
    purpose: 'email-change',
    email: newEmail,
    sessionId: session.id,
    ttlMs: settings.recovery.verificationTtl,
  });
  await notifyOwner(deps, { user, notice: 'email-change-requested', caller });
  await unit.record({ type: 'email.change-requested', outcome: 'success', ...about });
  return 'mailed';
}
