import type { Context } from '../../context.js';
import type { UserRecord } from '../../ports/store/users.js';
import { nameFields } from './search-text.js';
import type { RegisterInput } from './schema.js';

export interface NewUser extends Pick<RegisterInput, 'email' | 'name' | 'username' | 'profile'> {
  readonly role: string;
  /** `null` for a user who has not chosen a password yet. */
  readonly passwordHash: string | null;
}

/** A new user, not stored yet. */
export function newUser(
  { clock, makeId }: Context,
  { email, name, username, profile, role, passwordHash }: NewUser,
): UserRecord {
  const now = clock.now();
  return {
    id: makeId(),
    email,
    emailVerifiedAt: null,
    username: username ?? null,
    ...nameFields(name),
    role,
    passwordHash,
    passwordChangedAt: passwordHash === null ? null : now,
    phone: null,
    phoneVerifiedAt: null,
    twoFactorEnabledAt: null,
    disabledAt: null,
    securityVersion: 0,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: null,
    profile: profile ?? null,
  };
}
