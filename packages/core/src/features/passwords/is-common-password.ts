import type { Context } from '../../context.js';
import { foldPassword } from '../../foundation/fold-password.js';

let loading: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the password, ignoring case, is a common one or one that the application has listed (security.md P3). The list of
 * common passwords is loaded on first use.
 */
export async function isCommonPassword({ settings }: Context, password: string): Promise<boolean> {
  const { blocklist } = settings.passwords;
  if (blocklist === false) return false;
  const folded = foldPassword(password);
  return blocklist.has(folded) || (await commonPasswords()).has(folded);
}

function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import('./common-passwords.js').then(({ COMMON_PASSWORDS }) => new Set(COMMON_PASSWORDS.trim().split(/\s/)));
  return loading;
}
