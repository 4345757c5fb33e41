import type { Context } from '../../context.js';
import type { ErrorCode } from '../../errors.js';
import type { Caller } from '../../model/caller.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import { refuse } from '../../unit-of-work.js';
import { runHook } from '../hooks/run-hook.js';
import { requireVerifiedEmail } from '../sessions/require-verified-email.js';

export interface AdmitLoginInput {
  readonly user: UserRecord;
  readonly caller: Caller;
  /** The answer to a disabled account. */
  readonly refusedAs: ErrorCode;
}

/**
 * Decides whether a user who has proven who they are may log in. Fails with `refusedAs` for a disabled account, with
 * `EMAIL_NOT_VERIFIED` for an address that is not verified yet, and with what `beforeLogin` throws if the application
 * vetoes.
 */
export async function admitLogin(context: Context, { user, caller, refusedAs }: AdmitLoginInput): Promise<void> {
  const failed = { type: 'login.failed', outcome: 'failure', userId: user.id } as const;
  if (user.disabledAt !== null) {
    await refuse(context, { caller, code: refusedAs, event: { ...failed, actorId: null, detail: { reason: 'disabled-account' } } });
  }
  await requireVerifiedEmail(context, { user, caller });
  await runHook(context, {
    hook: context.settings.hooks.beforeLogin,
    attempt: { user: toUser(context, user), caller },
    refusal: (detail) => ({ ...failed, detail }),
  });
}
