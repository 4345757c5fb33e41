import type { Context } from '../../context.js';
import type { Caller } from '../../model/caller.js';
import { toUser } from '../../model/user.js';
import type { UserRecord } from '../../ports/store/users.js';
import type { BeforePasswordChange } from '../hooks/options.js';
import { runHook, type HookQuestion } from '../hooks/run-hook.js';
import { checkPasswordPolicy } from './check-password-policy.js';

export interface HashNewPasswordInput {
  readonly user: UserRecord;
  readonly newPassword: string;
  readonly by: BeforePasswordChange['by'];
  /** The event of a veto. */
  readonly refusal: HookQuestion<unknown>['refusal'];
  readonly caller: Caller;
}

/**
 * The hash of a user's new password. Fails with `WEAK_PASSWORD` if the policy refuses it (security.md P1, P3), and with
 * what `beforePasswordChange` throws if the application vetoes. All of it takes time, so it runs outside of a
 * transaction.
 */
export async function hashNewPassword(context: Context, { user, newPassword, by, refusal, caller }: HashNewPasswordInput): Promise<string> {
  await checkPasswordPolicy(context, { path: 'newPassword', password: newPassword, owner: user, caller });
  await runHook(context, {
    hook: context.settings.hooks.beforePasswordChange,
    attempt: { user: toUser(context, user), by, caller },
    refusal,
  });
  return context.hasher.hash({ password: newPassword, caller });
}
