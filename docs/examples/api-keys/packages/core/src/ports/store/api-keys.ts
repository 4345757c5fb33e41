/** A key that a user's program sends instead of a password. */
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
   * Stores the key unless its user has `max` keys; returns whether it did. Concurrent inserts MUST NOT exceed `max`, and
   * MUST use all the room there is. The user MUST exist.
   */
  insert(key: ApiKeyRecord, max: number): Promise<boolean>;
  /** The user's keys, newest first. */
  list(userId: string): Promise<readonly ApiKeyRecord[]>;
}
