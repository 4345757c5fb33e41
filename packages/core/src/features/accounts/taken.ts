import { AuthError } from '../../errors.js';
import type { UniqueUserField } from '../../ports/store/users.js';

/** `EMAIL_TAKEN` or `USERNAME_TAKEN`. */
export function taken(field: UniqueUserField): AuthError {
  return new AuthError(field === 'email' ? 'EMAIL_TAKEN' : 'USERNAME_TAKEN');
}
