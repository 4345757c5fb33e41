import type { UserRecord } from '@sallyport/core';

/** Whether the status of the row is `active`, as `userStatus` states it for queries. */
export const isActive = ({ disabledAt, passwordHash, lastLoginAt }: Pick<UserRecord, 'disabledAt' | 'passwordHash' | 'lastLoginAt'>): boolean =>
  disabledAt === null && (passwordHash !== null || lastLoginAt !== null);
