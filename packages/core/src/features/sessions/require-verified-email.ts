import type { Caller, Deps } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { UserRecord } from '../../ports/store/users.js';
import { recordEvent } from '../../unit-of-work.js';
import type { TransactDeps } from '../../unit-of-work.js';

export type DemandVerifiedEmailDeps = TransactDeps & Pick<Deps, 'settings'>;

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
export async function demandVerifiedEmail(
  deps: DemandVerifiedEmailDeps,
  { user, sessionId, caller }: DemandVerifiedEmailInput,
): Promise<void> {
  if (!deps.settings.registration.requireVerifiedEmail || user.emailVerifiedAt !== null) return;
  await recordEvent(deps, {
    caller,
    event:
      sessionId === undefined
        ? { type: 'login.failed', outcome: 'failure', userId: user.id, detail: { reason: 'email-not-verified' } }
        : { type: 'access.denied', outcome: 'failure', userId: user.id, sessionId, detail: { code: 'EMAIL_NOT_VERIFIED' } },
  });
  throw new AuthError('EMAIL_NOT_VERIFIED');
}
