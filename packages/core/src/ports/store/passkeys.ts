import type { UserRecord } from './users.js';

/** A WebAuthn credential of a user. */
export interface PasskeyRecord {
  readonly id: string;
  readonly userId: string;
  /** The id from the authenticator, base64url, up to 1,364 characters. Unique across all users. */
  readonly credentialId: string;
  /** COSE key, base64url. Post-quantum keys have thousands of characters. */
  readonly publicKey: string;
  /** The id by which the authenticator knows the account: random, base64url. Not used for anything else. */
  readonly userHandle: string;
  /** The model of the authenticator, as a UUID; zeros if the authenticator does not tell. */
  readonly aaguid: string;
  readonly name: string;
  /** Number of uses, as counted by the authenticator. 0 if it does not count. */
  readonly counter: number;
  /** How browsers reach the authenticator, such as `internal` and `hybrid`. */
  readonly transports: readonly string[];
  /** Whether it was synchronized or backed up when it was last used. */
  readonly backedUp: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export type InsertPasskeyOutcome = 'inserted' | 'exists' | 'too-many';

/** `last-credential`: the user would have no password, passkey or identity left. */
export type RemovePasskeyOutcome = 'removed' | 'missing' | 'last-credential';

/** What an authenticator reports when a passkey is used. */
export interface PasskeyUse {
  readonly counter: number;
  readonly backedUp: boolean;
  readonly at: number;
}

export interface PasskeyStore {
  /**
   * Adds the passkey unless its credential id exists, for any user, or its user has `max` passkeys. Of concurrent calls
   * with one credential id exactly one MUST win, and a user never has more than `max`. A surrounding transaction stays
   * usable.
   */
  insert(passkey: PasskeyRecord, max: number): Promise<InsertPasskeyOutcome>;
  /** The user's passkeys, newest first. */
  list(userId: string): Promise<readonly PasskeyRecord[]>;
  /** The passkey and its user, read at the same time. */
  findWithUser(credentialId: string): Promise<{ readonly passkey: PasskeyRecord; readonly user: UserRecord } | null>;
  /**
   * Sets the counter, the backup state and `lastUsedAt` if the counter increases or stays at 0; returns whether it did.
   * Of concurrent calls with the same counter above 0 exactly one MUST win.
   */
  use(id: string, use: PasskeyUse): Promise<boolean>;
  /** Renames the passkey if it is the user's, and returns the result. */
  rename(id: string, userId: string, name: string): Promise<PasskeyRecord | null>;
  /**
   * Removes the passkey if it is the user's and not their last credential. If a user without a password removes their
   * last two concurrently, one MUST stay.
   */
  remove(id: string, userId: string): Promise<RemovePasskeyOutcome>;
  /** Removes every passkey of the user, including the last credential; returns how many. */
  removeAll(userId: string): Promise<number>;
}
