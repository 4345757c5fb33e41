import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { EmailLoginSettings } from './options.js';

/** Fails with `NOT_FOUND` if sign-in by email is off, as its routes do. */
export function emailLoginOf({ settings }: Context): EmailLoginSettings {
  if (settings.emailLogin === undefined) throw new AuthError('NOT_FOUND');
  return settings.emailLogin;
}
