import type { UserRecord } from '@sallyport/core';

/** Whether somebody can log in to the account. */
export const isActive = (user: Pick<UserRecord, 'disabledAt' | 'passwordHash'>): boolean =>
  user.disabledAt === null && user.passwordHash !== null;
