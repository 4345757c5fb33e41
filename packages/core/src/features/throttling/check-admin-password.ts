import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { equalSecrets } from '../../crypto/constant-time.js';
import { countPasswordAttempt } from './count-password-attempt.js';

/**
 * Whether this is `registration.adminPassword`. Guesses of all callers are counted together, and are
 * counted before anything is compared: a limit for each source would give each address of an attacker guesses of its own
 * (security.md L2). Fails with `TOO_MANY_REQUESTS` during a wait, for the right password too. Where none is configured,
 * nothing is right and nothing is counted.
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
