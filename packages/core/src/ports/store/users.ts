/** A person who may log in, as stored. Times are milliseconds since the epoch. */
export interface UserRecord {
  readonly id: string;
  /** In canonical form, unique. */
  readonly email: string;
  readonly emailVerifiedAt: number | null;
  /** In canonical form, unique where there is one. */
  readonly username: string | null;
  readonly name: string;
  /** The name as `foldForSearch` makes it, for `UserFilter.search`. The store keeps it as it is. */
  readonly searchName: string;
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
  /** The application's own fields, as JSON. */
  readonly profile: Readonly<Record<string, unknown>> | null;
}

export type UniqueUserField = 'email' | 'username';

export type InsertUserOutcome =
  | { readonly kind: 'inserted' }
  | { readonly kind: 'taken'; readonly field: UniqueUserField };

/** `disabled`: by whatever else they are. `invited`: enabled, without a password so far. `active`: all others. */
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
   * Part of `email`, `username` or `searchName`, compared code point by code point. It has no wildcards. Core folds it
   * with `foldForSearch`; canonical emails and usernames are folded already.
   */
  readonly search?: string | undefined;
}

export interface UserPage {
  readonly filter: UserFilter;
  readonly limit: number;
  /** Only users whose id is smaller. */
  readonly beforeId?: string | undefined;
}

/** What is left out stays. */
export interface UserChanges {
  readonly name?: string | undefined;
  /** Given wherever `name` is. */
  readonly searchName?: string | undefined;
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
  readonly profile?: NonNullable<UserRecord['profile']> | undefined;
}

export interface UpdateUserOptions {
  readonly at: number;
  /** The role that has to keep an active user. */
  readonly keepLastOf: string;
}

export type UpdateUserOutcome =
  | { readonly kind: 'updated'; readonly user: UserRecord }
  | { readonly kind: 'taken'; readonly field: UniqueUserField }
  | { readonly kind: 'missing' };

/** Nobody else would be left. */
export interface LastOfRole {
  readonly kind: 'last-of-role';
}

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
  /**
   * A page of the users that match, greatest id first: that is newest first, ids being ULIDs. What a page costs MUST NOT
   * depend on how many users come before it. It need not be of one moment, but a user who matches throughout the call
   * MUST NOT be left out. A store that keeps its process busy while it looks MUST do so in short pieces.
   */
  list(page: UserPage): Promise<readonly UserRecord[]>;
  /** How many users match; the same holds as for `list`. */
  count(filter: UserFilter): Promise<number>;
  /**
   * Makes all of the changes and sets `updatedAt`, or changes nothing. Another email is an unverified one. Where the email,
   * the role or being enabled becomes another, `securityVersion` goes up. A user of the role `keepLastOf` who is the last
   * active one MUST stay so, also when the last two are demoted, disabled or removed at the same time: one of them is
   * `last-of-role`. Of several that take one email or username at once, exactly one MUST get it; `email` is named first.
   */
  update(id: string, changes: UserChanges, options: UpdateUserOptions): Promise<UpdateUserOutcome | LastOfRole>;
  /**
   * Replaces the hash only while it is still `from`, and says whether it was. It leaves `passwordChangedAt` and
   * `securityVersion` alone: the password is the same, only its hash is newer.
   */
  replacePasswordHash(id: string, from: string, to: string): Promise<boolean>;
  /**
   * Sets `lastLoginAt` only while the user is enabled and still has this `securityVersion` and `twoFactorEnabledAt`; says
   * whether it did. A login that began before a password change, a removal or a change of two-factor MUST lose here,
   * whichever commits first.
   */
  recordLogin(id: string, seen: Pick<UserRecord, 'securityVersion' | 'twoFactorEnabledAt'>, at: number): Promise<boolean>;
  /**
   * Sets a new password hash and `passwordChangedAt`, or with `null` takes both away, and raises `securityVersion`, nothing else;
   * says whether it did.
   * With `securityVersion` given, only while the user is still at it: of two changes at once exactly one MUST win.
   */
  setPassword(
    id: string,
    change: { readonly hash: string | null; readonly at: number; readonly securityVersion?: number },
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
  /** Removes the profile and the phone number, and changes `updatedAt`. */
  clearClaim(id: string, at: number): Promise<void>;
  /** Turns two-factor on (from `null`) or off (to `null`); says whether this call changed anything. */
  setTwoFactor(id: string, enabledAt: number | null): Promise<boolean>;
  /**
   * Removes the user with all sessions, devices, factors, backup codes, passkeys, identities, tokens, counts of tries and messages. With
   * `keepLastOf`, a user of that role who is the last active one MUST stay, also when the last two are removed at the same
   * time: exactly one goes. Where a table of the application refers to the user and does not let them go, it MUST throw
   * `AuthError('ACCOUNT_IN_USE')`, or the surrounding transaction when it commits; nothing is changed then.
   */
  remove(id: string, keepLastOf: string): Promise<RemoveUserOutcome>;
}
