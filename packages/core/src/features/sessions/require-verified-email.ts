import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordRefusal, withTransaction } from '../../unit-of-work.js';
import { mailVerification } from '../email/mail-verification.js';

export interface RequireVerifiedEmailInput {
  readonly user: UserRecord;
  readonly sessionId?: string;
  readonly caller: Caller;
}

/**
 * Fails with `EMAIL_NOT_VERIFIED` if `registration.requireVerifiedEmail` is on and the user has no verified address. A
 * refused login mails the verification link, within the limits of such mails: the option may have been turned on for
 * users who never needed the link. Every path that issues tokens calls this, and only after the caller has proven who
 * they are: otherwise it would tell that the account exists.
 */
export async function requireVerifiedEmail(
  context: Context,
  { user, sessionId, caller }: RequireVerifiedEmailInput,
): Promise<void> {
  if (!context.settings.registration.requireVerifiedEmail || user.emailVerifiedAt !== null) return;
  if (sessionId === undefined) await refuseLogin(context, { user, caller });
  else {
    const detail = { code: 'EMAIL_NOT_VERIFIED' } as const;
    await recordRefusal(context, { caller, event: { type: 'access.denied', outcome: 'failure', userId: user.id, sessionId, detail } });
  }
  throw new AuthError('EMAIL_NOT_VERIFIED');
}

async function refuseLogin(context: Context, { user, caller }: Pick<RequireVerifiedEmailInput, 'user' | 'caller'>): Promise<void> {
  await withTransaction(context, {
    caller,
    async work(tx) {
      await mailVerification(tx, user);
      const detail = { reason: 'email-not-verified' } as const;
      await tx.unit.record({ type: 'login.failed', outcome: 'failure', userId: user.id, detail });
    },
  });
}
