/** A stored user. Times are milliseconds since the epoch. */
export interface UserRecord {
  readonly id: string;
  /** In canonical form, unique. */
  readonly email: string;
  readonly emailVerifiedAt: number | null;
  /** In canonical form, unique if set. */
  readonly username: string | null;
  readonly name: string;
  /** The name folded by `foldForSearch`, for `UserFilter.search`. The store does not change it. */
  readonly searchName: string;
  readonly role: string;
  /** `null` until the person has chosen a password. Accounts that log in another way need none. */
  readonly passwordHash: string | null;
  readonly passwordChangedAt: number | null;
  readonly phone: string | null;
  readonly phoneVerifiedAt: number | null;
  readonly twoFactorEnabledAt: number | null;
  readonly disabledAt: number | null;
  /** Increases whenever access tokens issued before must stop working. */
  readonly securityVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastLoginAt: number | null;
  /** The application's own fields, as JSON. */
  readonly profile: Readonly<Record<string, unknown>> | null;
}

export type UniqueUserField = 'email' | 'username';

export type InsertUserOutcome =
  | { readonly kind: 'inserted' }
  | { readonly kind: 'taken'; readonly field: UniqueUserField };

/**
 * `disabled`: disabled, whatever else. `invited`: enabled, without a password, and has never logged in. `active`: all
 * others, so also people without a password who log in by passkey, email or provider.
 */
export type UserStatus = 'active' | 'disabled' | 'invited';

/** Selects the users that match all given fields. */
export interface UserFilter {
  readonly role?: string | undefined;
  readonly status?: UserStatus | undefined;
  /** Whether their address is verified. */
  readonly emailVerified?: boolean | undefined;
  /** Whether they have ever logged in. */
  readonly hasLoggedIn?: boolean | undefined;
  /**
   * Part of `email`, `username` or `searchName`, compared code point by code point, without wildcards. Core folds it
   * with `foldForSearch`; canonical emails and usernames are already folded.
   */
  readonly search?: string | undefined;
}

export interface UserPage {
  readonly filter: UserFilter;
  readonly limit: number;
  /** Only users whose id is smaller. */
  readonly beforeId?: string | undefined;
}

/** Omitted fields do not change. */
export interface UserChanges {
  readonly name?: string | undefined;
  /** Required together with `name`. */
  readonly searchName?: string | undefined;
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly profile?: NonNullable<UserRecord['profile']> | undefined;
}

export interface UpdateUserOptions {
  readonly at: number;
  /** A role that must keep at least one active user. */
  readonly keepLastOf: string;
}

export type UpdateUserOutcome =
  | { readonly kind: 'updated'; readonly user: UserRecord }
  | { readonly kind: 'taken'; readonly field: UniqueUserField }
  | { readonly kind: 'missing' };

/** No other active user would have the role. */
export interface LastOfRole {
  readonly kind: 'last-of-role';
}

export type RemoveUserOutcome = 'removed' | 'missing' | 'last-of-role';

export interface UserStore {
  /**
   * Adds the user unless the email or the username is taken. Of concurrent calls with the same email or username,
   * exactly one MUST win. If both are taken, the outcome names `email`. A surrounding transaction stays usable.
   */
  insert(user: UserRecord): Promise<InsertUserOutcome>;
  find(id: string): Promise<UserRecord | null>;
  findByEmail(email: string): Promise<UserRecord | null>;
  findByUsername(username: string): Promise<UserRecord | null>;
  /**
   * A page of the matching users in descending order of id, which is newest first, since ids are ULIDs. The cost of a
   * page MUST NOT depend on how many users come before it. It need not be a snapshot, but a user who matches throughout
   * the call MUST NOT be left out. A store that blocks its process while it searches MUST do so in short pieces.
   */
  list(page: UserPage): Promise<readonly UserRecord[]>;
  /** How many users match, with the same guarantees as `list`. */
  count(filter: UserFilter): Promise<number>;
  /**
   * Makes all of the changes and sets `updatedAt`, or changes nothing. A new email is unverified. If the email, the
   * role or the enabled state changes, `securityVersion` increases. The last active user of the role `keepLastOf` MUST
   * keep it, even if the last two are demoted, disabled or removed concurrently: one of them is `last-of-role`. Of
   * concurrent calls that take the same email or username, exactly one MUST get it; if both are taken, the outcome
   * names `email`.
   */
  update(id: string, changes: UserChanges, options: UpdateUserOptions): Promise<UpdateUserOutcome | LastOfRole>;
  /**
   * Replaces the hash if it is still `from`; returns whether it was. `passwordChangedAt` and `securityVersion` do not
   * change: the password is the same, only its hash is newer.
   */
  replacePasswordHash(id: string, from: string, to: string): Promise<boolean>;
  /**
   * Sets `lastLoginAt` if the user is enabled and still has this `securityVersion` and `twoFactorEnabledAt`; returns
   * whether it did. A login that began before a password change, a removal or a change of two-factor MUST fail here,
   * whichever commits first.
   */
  recordLogin(id: string, seen: Pick<UserRecord, 'securityVersion' | 'twoFactorEnabledAt'>, at: number): Promise<boolean>;
  /**
   * Sets a new password hash and `passwordChangedAt`, or with `null` clears both, and increases `securityVersion`;
   * nothing else changes. Returns whether it did. If `securityVersion` is given, only while the user still has it: of
   * two concurrent changes exactly one MUST win.
   */
  setPassword(
    id: string,
    change: { readonly hash: string | null; readonly at: number; readonly securityVersion?: number },
  ): Promise<boolean>;
  /**
   * Marks the address as verified if it is still the user's; returns whether it is. An earlier verification time is
   * kept.
   */
  verifyEmail(id: string, email: string, at: number): Promise<boolean>;
  /**
   * Sets a new address, verified at `at`, if the user is at `securityVersion`, which increases; `updatedAt` changes
   * too. `missing` if the user is not at it, whether or not the address is taken.
   */
  changeEmail(
    id: string,
    change: { readonly email: string; readonly at: number; readonly securityVersion: number },
  ): Promise<UpdateUserOutcome>;
  /** Sets the confirmed phone number, or clears it with `null`, and changes `updatedAt`. */
  setPhone(id: string, phone: string | null, at: number): Promise<void>;
  /** Removes the profile and the phone number, and changes `updatedAt`. */
  clearClaim(id: string, at: number): Promise<void>;
  /** Turns two-factor on (from `null`) or off (to `null`); returns whether this call changed it. */
  setTwoFactor(id: string, enabledAt: number | null): Promise<boolean>;
  /**
   * Removes the user with all sessions, devices, factors, backup codes, passkeys, identities, tokens, attempts and
   * messages. The last active user of the role `keepLastOf` MUST stay, even if the last two are removed concurrently:
   * exactly one is removed. If a table of the application refers to the user and prevents the removal, it MUST throw
   * `AuthError('ACCOUNT_IN_USE')`, or the surrounding transaction when it commits; then nothing is changed.
   */
  remove(id: string, keepLastOf: string): Promise<RemoveUserOutcome>;
}
