import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { requestLink } from './request-link.js';
import type { RequestPasswordResetInput } from './schema.js';

/**
 * Mails a password reset link. The answer and its time do not tell whether the account exists or whether the limit of
 * mails is reached (security.md R2).
 */
export async function requestPasswordReset(
  context: Context,
  { email, caller }: RequestPasswordResetInput & { readonly caller: Caller },
): Promise<void> {
  const user = await context.store.users.findByEmail(email);
  await requestLink(context, {
    purpose: 'password-reset',
    email,
    recipient:
      user === null
        ? { kind: 'none', reason: 'unknown-account', userId: null }
        : user.disabledAt !== null
          ? { kind: 'none', reason: 'disabled-account', userId: user.id }
          : { kind: 'found', user },
    ttlMs: context.settings.recovery.resetTtl,
    eventType: 'password.reset-requested',
    caller,
  });
}
