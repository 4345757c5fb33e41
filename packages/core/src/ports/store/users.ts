/** A person who may log in, as stored. Times are milliseconds since the epoch. */
export interface UserRecord {
  readonly id: string;
  /** In canonical form, unique. */
  readonly email: string;
  readonly emailVerifiedAt: number | null;
  /** In canonical form, unique where there is one. */
  readonly username: string | null;
  readonly name: string;
  readonly role: string;
  /** `null` until an invited person has chosen a password. */
  readonly passwordHash: string | null;
  readonly passwordChangedAt: number | null;
  readonly phone: string | null;
  readonly phoneVerifiedAt: number | null;
  readonly twoFactorEnabledAt: number | null;
  readonly disabledAt: number | null;
  /** Goes up whenever access tokens issued so far must stop working. */
  readonly securityVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastLoginAt: number | null;
}

export type UniqueUserField = 'email' | 'username';

export type InsertUserOutcome =
  | { readonly kind: 'inserted' }
  | { readonly kind: 'taken'; readonly field: UniqueUserField };

export type UpdateUserOutcome =
  | { readonly kind: 'updated'; readonly user: UserRecord }
  | { readonly kind: 'taken'; readonly field: UniqueUserField }
  | { readonly kind: 'missing' };

export type RemoveUserOutcome = 'removed' | 'missing' | 'last-of-role';

export interface UserStore {
  /**
   * Adds the user unless the email or the username is taken. Of several at once with the same email or username,
   * exactly one MUST win. Where both are taken, `email` is named. A surrounding transaction stays usable.
   */
  insert(user: UserRecord): Promise<InsertUserOutcome>;
  find(id: string): Promise<UserRecord | null>;
  findByEmail(email: string): Promise<UserRecord | null>;
  findByUsername(username: string): Promise<UserRecord | null>;
  /** Changes the given fields and `updatedAt`, nothing else. */
  updateProfile(
    id: string,
    changes: { readonly name?: string; readonly username?: string },
    at: number,
  ): Promise<UpdateUserOutcome>;
  /**
   * Replaces the hash only while it is still `from`, and says whether it was. It leaves `passwordChangedAt` and
   * `securityVersion` alone: the password is the same, only its hash is newer.
   */
  replacePasswordHash(id: string, from: string, to: string): Promise<boolean>;
  /**
   * Sets `lastLoginAt` only while the user is enabled and still at this `securityVersion`, and says whether so. A login
   * that began before a password change or a removal MUST lose here, whatever commits first.
   */
  recordLogin(id: string, securityVersion: number, at: number): Promise<boolean>;
  /**
   * Sets a new password hash and `passwordChangedAt`, and raises `securityVersion`, nothing else; says whether it did.
   * With `securityVersion` given, only while the user is still at it: of two changes at once exactly one MUST win.
   */
  setPassword(
    id: string,
    change: { readonly hash: string; readonly at: number; readonly securityVersion?: number },
  ): Promise<boolean>;
  /** Marks the address as verified if it is still the user's; says whether it is. A first mark stays. */
  verifyEmail(id: string, email: string, at: number): Promise<boolean>;
  /**
   * Gives the user a new address, verified at `at`, while they are at `securityVersion`, which goes up; `updatedAt` changes
   * too. `missing` where they are not at it, whether or not the address is taken.
   */
  changeEmail(
    id: string,
    change: { readonly email: string; readonly at: number; readonly securityVersion: number },
  ): Promise<UpdateUserOutcome>;
  /** Sets or, with `null`, takes away the confirmed phone number, and changes `updatedAt`. */
  setPhone(id: string, phone: string | null, at: number): Promise<void>;
  /** Turns two-factor on (from `null`) or off (to `null`); says whether this call changed anything. */
  setTwoFactor(id: string, enabledAt: number | null): Promise<boolean>;
  /**
   * Removes the user with all sessions, devices, factors, backup codes, tokens, counts of tries and messages. With `keepLastOf`, a user of
   * that role who is the last enabled one MUST stay, also when the last two are removed at the same time: exactly one goes.
   */
  remove(id: string, keepLastOf: string): Promise<RemoveUserOutcome>;
}
