/**
 * Makes and checks password hashes. Core calls it through a bounded queue (security.md F3), so an implementation
 * may be as slow as it means to be, and is never asked to do more at once than `passwords.hashConcurrency`.
 */
export interface PasswordHasher {
  /** A hash that says its own scheme and cost, salted afresh at every call. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one that was hashed. A hash of an unknown scheme, or one dearer than the
   * implementation is willing to compute, is `false`, never an error, and takes as long as the dummy (security.md L1).
   */
  verify(password: string, hash: string): Promise<boolean>;
  /** Whether the hash was made with other settings than today's, so that a login should replace it. */
  needsRehash(hash: string): boolean;
  /** A hash that no password matches and that takes as long to check as one made today (security.md L1). */
  dummyHash(): Promise<string>;
  /** Rejects where nothing can be hashed on this machine. Called once at the start, before the first password. */
  check?(): Promise<void>;
}
