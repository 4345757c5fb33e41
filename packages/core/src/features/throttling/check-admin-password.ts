import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { equalSecrets } from '../../crypto/constant-time.js';
import { countPasswordAttempt } from './count-password-attempt.js';

/**
 * Whether this is `registration.adminPassword`. The guesses of all callers are counted together, before anything is compared: with
 * a limit for each source, an attacker with many addresses would have many guesses (security.md L2). Fails with
 * `TOO_MANY_REQUESTS` during a wait, also for the right password. If no admin password is configured, every password is wrong and
 * nothing is counted.
 */
export async function checkAdminPassword(
  context: Context,
  { adminPassword, caller }: { readonly adminPassword: string; readonly caller: Caller },
): Promise<boolean> {
  const { adminPassword: expected } = context.settings.registration;
  if (expected === undefined) return false;
  const guess = { guesser: { by: 'admin-password' }, userId: null, caller } as const;
  return countPasswordAttempt(context, guess, async () => equalSecrets(adminPassword, expected));
}
