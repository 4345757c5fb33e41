/** A key that a program of the user's sends instead of a password. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** A keyed hash: a stolen table yields no key. */
  readonly keyHash: string;
  readonly createdAt: number;
}

export interface ApiKeyStore {
  /**
   * Stores the key unless its user has `max` keys; says whether it did. Of inserts at the same moment, exactly as many
   * MUST be stored as there is room for. The user MUST exist.
   */
  insert(key: ApiKeyRecord, max: number): Promise<boolean>;
  /** The user's keys, newest first. */
  list(userId: string): Promise<readonly ApiKeyRecord[]>;
}
