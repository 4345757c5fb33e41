import type { UserRecord, UserStatus } from '../ports/store/users.js';

/** The status as `UserStatus` defines it. The stores in SQL state the same rule, and the store's contract compares them. */
export function statusOf({ disabledAt, passwordHash, lastLoginAt }: Pick<UserRecord, 'disabledAt' | 'passwordHash' | 'lastLoginAt'>): UserStatus {
  if (disabledAt !== null) return 'disabled';
  return isInvited({ passwordHash, lastLoginAt }) ? 'invited' : 'active';
}

/**
 * True until a person who was given an account takes it up. A passkey, an email sign-in or a provider needs no
 * password, so a login counts as much as a password does. Whether the account is disabled does not matter.
 */
export function isInvited({ passwordHash, lastLoginAt }: Pick<UserRecord, 'passwordHash' | 'lastLoginAt'>): boolean {
  return passwordHash === null && lastLoginAt === null;
}
