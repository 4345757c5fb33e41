import type { Caller } from '../../model/caller.js';
import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { checkBreachService } from './check-breach-service.js';
import { isCommonPassword } from './is-common-password.js';
import { isPersonalPassword, type PasswordOwner } from './is-personal-password.js';

export interface NewPassword {
  /** The field of the input that contained it. */
  readonly path: string;
  readonly password: string;
  readonly owner: PasswordOwner & { readonly id: string | null };
  readonly caller: Caller;
}

/**
 * Refuses a new password with `WEAK_PASSWORD` and the reason, unless its length fits (security.md P1) and it is neither
 * common, nor derived from the account, nor known from a breach (P3). Length is in code points after NFC, the form that is
 * hashed. There is no rule about which characters it must contain.
 */
export async function checkPasswordPolicy(
  context: Context,
  { path, password, owner, caller }: NewPassword,
): Promise<void> {
  const { settings } = context;
  const { minLength, maxLength } = settings.passwords;
  const length = Array.from(password.normalize('NFC')).length;
  if (length < minLength) fail(path, `must be at least ${minLength} characters long`);
  if (length > maxLength) fail(path, `must be at most ${maxLength} characters long`);
  if (isPersonalPassword({ password, owner, serviceName: settings.appName })) {
    fail(path, 'is made of your name, username, email address or the name of this service');
  }
  if (await isCommonPassword(context, password)) fail(path, 'is one of the most common passwords');
  if (await checkBreachService(context, { password, userId: owner.id, caller })) {
    fail(path, 'is known from a data breach');
  }
}

function fail(path: string, message: string): never {
  throw new AuthError('WEAK_PASSWORD', { issues: [{ path, message }] });
}
