/** An account at a provider that gives access to a user's account. Times are milliseconds since the epoch. */
export interface IdentityRecord {
  readonly id: string;
  readonly userId: string;
  /** The id of the provider in the configuration at the time. */
  readonly provider: string;
  readonly issuer: string;
  /** Unique together with `issuer`. */
  readonly subject: string;
  /** As the provider last returned it. No decision uses it. */
  readonly email: string | null;
  /** The provider's tokens, sealed; `null` unless configured. */
  readonly sealedTokens: string | null;
  readonly linkedAt: number;
  readonly lastUsedAt: number;
}

/** `full`: the user has the maximum. */
export type InsertIdentityOutcome = 'inserted' | 'taken' | 'full';

/** `last-credential`: the user could no longer log in. */
export type RemoveCredentialOutcome = 'removed' | 'missing' | 'last-credential';

/** The fields that a login by the identity changes. */
export type IdentityUse = Pick<IdentityRecord, 'email' | 'sealedTokens'> & { readonly at: number };

export interface IdentityStore {
  /**
   * Adds the identity, unless the issuer's subject is already linked or the user has `max` identities. Of concurrent
   * calls with the same issuer and subject exactly one MUST win, and a user never gets more than `max`. The user MUST
   * exist. A surrounding transaction stays usable.
   */
  insert(identity: IdentityRecord, max: number): Promise<InsertIdentityOutcome>;
  find(id: string): Promise<IdentityRecord | null>;
  findBySubject(issuer: string, subject: string): Promise<IdentityRecord | null>;
  /** The user's identities, newest first. */
  list(userId: string): Promise<readonly IdentityRecord[]>;
  /** Records a login; returns whether the identity existed. */
  recordUse(id: string, use: IdentityUse): Promise<boolean>;
  /**
   * Removes the identity if it is this user's. It MUST stay if the user has no password, no passkey and no other
   * identity, even if the last two are removed concurrently: exactly one is removed.
   */
  remove(id: string, userId: string): Promise<RemoveCredentialOutcome>;
  /** Removes all of the user's identities; returns how many. */
  removeAll(userId: string): Promise<number>;
}
