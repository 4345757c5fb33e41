import type { UserRecord } from './users.js';

/** A WebAuthn credential of a user. */
export interface PasskeyRecord {
  readonly id: string;
  readonly userId: string;
  /** The id that the authenticator gave it, base64url, up to 1,364 characters. Unique over all users. */
  readonly credentialId: string;
  /** COSE key, base64url. Post-quantum keys take thousands of characters. */
  readonly publicKey: string;
  /** What the authenticator knows the account by: random, base64url. It is no id of anything else. */
  readonly userHandle: string;
  /** The model of the authenticator, as a UUID; zeros where it does not say. */
  readonly aaguid: string;
  readonly name: string;
  /** How often it was used, as the authenticator counts. 0 for one that does not count. */
  readonly counter: number;
  /** How browsers reach the authenticator, such as `internal` and `hybrid`. */
  readonly transports: readonly string[];
  /** Whether it was synchronized or copied elsewhere when it was last used. */
  readonly backedUp: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

export type InsertPasskeyOutcome = 'inserted' | 'exists' | 'too-many';

/** `last-credential`: the user would have no password, passkey or identity left. */
export type RemovePasskeyOutcome = 'removed' | 'missing' | 'last-credential';

/** What an authenticator says of a passkey when it is used. */
export interface PasskeyUse {
  readonly counter: number;
  readonly backedUp: boolean;
  readonly at: number;
}

export interface PasskeyStore {
  /**
   * Adds the passkey unless its credential id exists, for whichever user, or its user has `max` passkeys. Of several at once
   * with one credential id exactly one MUST win, and a user never has more than `max`. A surrounding transaction stays usable.
   */
  insert(passkey: PasskeyRecord, max: number): Promise<InsertPasskeyOutcome>;
  /** The user's passkeys, newest first. */
  list(userId: string): Promise<readonly PasskeyRecord[]>;
  /** The passkey and its user, read at one moment. */
  findWithUser(credentialId: string): Promise<{ readonly passkey: PasskeyRecord; readonly user: UserRecord } | null>;
  /**
   * Sets the counter, the backup state and `lastUsedAt`, only while the counter moves forward or stays at 0, and says whether
   * it did. Of several at once with one counter above 0 exactly one MUST win.
   */
  use(id: string, use: PasskeyUse): Promise<boolean>;
  /** Renames the passkey if it is the user's, and returns it as it is then. */
  rename(id: string, userId: string, name: string): Promise<PasskeyRecord | null>;
  /**
   * Removes the passkey if it is the user's and not their last credential. A user without a password who removes their last
   * two at the same time MUST keep one.
   */
  remove(id: string, userId: string): Promise<RemovePasskeyOutcome>;
  /** Removes every passkey of the user, the last credential too; says how many. */
  removeAll(userId: string): Promise<number>;
}
