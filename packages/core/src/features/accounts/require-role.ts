import type { Context } from '../../context.js';
import { invalidField } from '../../errors.js';

/** Fails with `VALIDATION_FAILED` unless the role is configured. */
export function requireRole({ settings }: Context, role: string): void {
  if (settings.registration.roles.includes(role)) return;
  throw invalidField('role', 'is not a role of this application');
}
