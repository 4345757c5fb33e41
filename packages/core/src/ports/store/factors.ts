export type FactorMethod = 'totp' | 'sms' | 'email';

/** A second factor of a user, or its pending set-up. */
export interface FactorRecord {
  readonly id: string;
  readonly userId: string;
  readonly method: FactorMethod;
  /** TOTP: the secret, sealed. */
  readonly sealedSecret: string | null;
  /** SMS and email: where codes are sent. */
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
   * Begins a set-up, which replaces an earlier set-up of this method. Returns `false` if the user has a confirmed
   * factor of this method, which MUST NOT change.
   */
  begin(factor: FactorRecord): Promise<boolean>;
  find(id: string): Promise<FactorRecord | null>;
  /** All factors and set-ups of the user, newest first. There are few. */
  list(userId: string): Promise<readonly FactorRecord[]>;
  /** The user's confirmed factors, in the order of confirmation. */
  listConfirmed(userId: string): Promise<readonly FactorRecord[]>;
  /**
   * Confirms a set-up and records its time step; returns whether this call did. Of concurrent calls exactly one MUST
   * win, and none if the user has a confirmed factor of this method by then.
   */
  confirm(id: string, at: number, step: number | null): Promise<boolean>;
  /** Accepts a time step if it is later than the last accepted one. Of concurrent calls exactly one MUST win. */
  advanceStep(id: string, step: number): Promise<boolean>;
  /** Removes all factors and set-ups of the user; returns how many were confirmed. */
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
  /** Uses up the code that has one of these hashes, if it is unused. Of concurrent calls exactly one MUST win. */
  use(userId: string, hashes: readonly string[], at: number): Promise<boolean>;
  countUnused(userId: string): Promise<number>;
}
