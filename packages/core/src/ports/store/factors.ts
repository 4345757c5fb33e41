export type FactorMethod = 'totp' | 'sms' | 'email';

/** A second factor of a user, or the set-up of one. */
export interface FactorRecord {
  readonly id: string;
  readonly userId: string;
  readonly method: FactorMethod;
  /** TOTP: the secret, sealed. */
  readonly sealedSecret: string | null;
  /** SMS and email: where codes go. */
  readonly destination: string | null;
  /** The session that began the set-up. No other session may confirm it. */
  readonly sessionId: string;
  readonly createdAt: number;
  /** `null` while it is a set-up. */
  readonly confirmedAt: number | null;
  /** TOTP: the last time step that was accepted. */
  readonly lastStep: number | null;
}

export interface FactorStore {
  /**
   * Begins a set-up, in place of whatever set-up of this method the user had before, and says whether it did: not where
   * the user has a confirmed factor of this method, which MUST stay as it is.
   */
  begin(factor: FactorRecord): Promise<boolean>;
  find(id: string): Promise<FactorRecord | null>;
  /** Every factor and set-up of the user, newest first. There are a few at most. */
  list(userId: string): Promise<readonly FactorRecord[]>;
  /** Confirmed factors of the user, in the order of their confirmation. */
  listConfirmed(userId: string): Promise<readonly FactorRecord[]>;
  /**
   * Confirms a set-up and notes the time step that confirmed it; says whether this call did. Of several at once exactly
   * one MUST win, and none where the user has a confirmed factor of this method by then.
   */
  confirm(id: string, at: number, step: number | null): Promise<boolean>;
  /** Accepts a time step if it is later than the last accepted one; of several at once exactly one MUST win. */
  advanceStep(id: string, step: number): Promise<boolean>;
  /** Removes every factor and set-up of the user; says how many were confirmed. */
  removeAll(userId: string): Promise<number>;
}

export interface BackupCodeRecord {
  readonly id: string;
  readonly userId: string;
  readonly codeHash: string;
  readonly usedAt: number | null;
}

export interface BackupCodeStore {
  /** Replaces all codes of the user. An empty list removes them. */
  replace(userId: string, codes: readonly BackupCodeRecord[]): Promise<void>;
  /** Uses up the code that has one of these hashes if it is unused; of several at once exactly one MUST win. */
  use(userId: string, hashes: readonly string[], at: number): Promise<boolean>;
  countUnused(userId: string): Promise<number>;
}
