import { AuthError } from '../../errors.js';
import type { Deps } from '../../deps.js';

/**
 * Refuses a new password with `WEAK_PASSWORD` unless its length fits (security.md P1). Length is in code points after
 * NFC, the form that is hashed. Nothing is said about which characters it has to be made of.
 */
export function checkPasswordPolicy(
  { settings }: Pick<Deps, 'settings'>,
  { path, password }: { readonly path: string; readonly password: string },
): void {
  const { minLength, maxLength } = settings.passwords;
  const length = Array.from(password.normalize('NFC')).length;
  if (length < minLength) fail(path, `must be at least ${minLength} characters long`);
  if (length > maxLength) fail(path, `must be at most ${maxLength} characters long`);
}

function fail(path: string, message: string): never {
  throw new AuthError('WEAK_PASSWORD', { issues: [{ path, message }] });
}
