import type { Context } from '../../context.js';
import { foldPassword } from '../../foundation/fold-password.js';

let loading: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether the password, in any case, is one of those that many people have, or that the application has listed
 * (security.md P3). The common ones are loaded when they are first asked for.
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
