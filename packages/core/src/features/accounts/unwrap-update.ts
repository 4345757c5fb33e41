import { AuthError, type ErrorCode } from '../../errors.js';
import type { LastOfRole, UpdateUserOutcome, UserRecord } from '../../ports/store/users.js';
import { taken } from './taken.js';

/** The changed user. Fails with `EMAIL_TAKEN`, `USERNAME_TAKEN` or `LAST_ADMIN`, or with `whereMissing` if the user is gone. */
export function unwrapUpdate(outcome: UpdateUserOutcome | LastOfRole, whereMissing: ErrorCode): UserRecord {
  switch (outcome.kind) {
    case 'updated':
      return outcome.user;
    case 'taken':
      throw taken(outcome.field);
    case 'last-of-role':
      throw new AuthError('LAST_ADMIN');
    case 'missing':
      throw new AuthError(whereMissing);
  }
}
