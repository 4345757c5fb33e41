import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordRefusal } from '../../unit-of-work.js';

export interface DemandVerifiedEmailInput {
  readonly user: UserRecord;
  readonly sessionId?: string;
  readonly caller: Caller;
}

/**
 * Fails with `EMAIL_NOT_VERIFIED` where `registration.requireVerifiedEmail` asks for a verified address and the user has
 * none. Every path that issues tokens comes by here, and only after the caller has proven who they are: to anybody else it
 * would tell that there is such an account.
 */
export async function requireVerifiedEmail(
  context: Context,
  { user, sessionId, caller }: DemandVerifiedEmailInput,
): Promise<void> {
  if (!context.settings.registration.requireVerifiedEmail || user.emailVerifiedAt !== null) return;
  await recordRefusal(context, {
    caller,
    event:
      sessionId === undefined
        ? { type: 'login.failed', outcome: 'failure', userId: user.id, detail: { reason: 'email-not-verified' } }
        : { type: 'access.denied', outcome: 'failure', userId: user.id, sessionId, detail: { code: 'EMAIL_NOT_VERIFIED' } },
  });
  throw new AuthError('EMAIL_NOT_VERIFIED');
}
