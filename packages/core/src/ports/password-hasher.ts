/**
 * Creates and verifies password hashes. Core calls it through a bounded queue (security.md F3): an implementation may
 * be slow, and is never asked for more hashes at once than `passwords.hashConcurrency`.
 */
export interface PasswordHasher {
  /** A hash that names its scheme and cost, with a new salt at every call. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password matches the hash. For an unknown scheme, or a cost that the implementation refuses to compute,
   * the result is `false`, never an error, and takes as long as the dummy (security.md L1).
   */
  verify(password: string, hash: string): Promise<boolean>;
  /** Whether the hash was made with other settings than the present ones, so that a login should replace it. */
  needsRehash(hash: string): boolean;
  /** A hash that no password matches, and that takes as long to verify as a new one (security.md L1). */
  dummyHash(): Promise<string>;
  /** Rejects if hashing is impossible on this machine. Called once at the start, before the first password. */
  check?(): Promise<void>;
}
