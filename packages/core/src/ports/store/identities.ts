/** An account at a provider that opens a user's account here. Times are milliseconds since the epoch. */
export interface IdentityRecord {
  readonly id: string;
  readonly userId: string;
  /** The name of the provider in the configuration at the time. */
  readonly provider: string;
  readonly issuer: string;
  /** Unique together with `issuer`. */
  readonly subject: string;
  /** As the provider last gave it. It decides nothing. */
  readonly email: string | null;
  /** The provider's tokens, sealed; `null` unless they were asked for. */
  readonly sealedTokens: string | null;
  readonly linkedAt: number;
  readonly lastUsedAt: number;
}

/** `full`: the user has as many as may be. */
export type InsertIdentityOutcome = 'inserted' | 'taken' | 'full';

/** `last-credential`: the user would be left without any way to log in. */
export type RemoveCredentialOutcome = 'removed' | 'missing' | 'last-credential';

/** What a login by the identity changes. */
export type IdentityUse = Pick<IdentityRecord, 'email' | 'sealedTokens'> & { readonly at: number };

export interface IdentityStore {
  /**
   * Adds the identity unless the issuer's subject belongs to somebody already, or the user has `max` identities. Of several at once
   * with the same issuer and subject exactly one MUST win, and of several for one user no more than fit. The user MUST exist.
   * A surrounding transaction stays usable.
   */
  insert(identity: IdentityRecord, max: number): Promise<InsertIdentityOutcome>;
  find(id: string): Promise<IdentityRecord | null>;
  findBySubject(issuer: string, subject: string): Promise<IdentityRecord | null>;
  /** The user's identities, newest first. */
  list(userId: string): Promise<readonly IdentityRecord[]>;
  /** Records a login; says whether the identity was there. */
  recordUse(id: string, use: IdentityUse): Promise<boolean>;
  /**
   * Removes the identity if it is this user's. It MUST stay where the user has no password, no passkey and no other identity, also
   * when the last two of those are removed at the same time: exactly one goes.
   */
  remove(id: string, userId: string): Promise<RemoveCredentialOutcome>;
  /** Removes all of the user's identities; says how many. */
  removeAll(userId: string): Promise<number>;
}
