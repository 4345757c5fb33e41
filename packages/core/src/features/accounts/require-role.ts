import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';

/** Fails with `VALIDATION_FAILED` unless the role is configured. */
export function requireRole({ settings }: Context, role: string): void {
  if (settings.registration.roles.includes(role)) return;
  throw new AuthError('VALIDATION_FAILED', { issues: [{ path: 'role', message: 'is not a role of this application' }] });
}
