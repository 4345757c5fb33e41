import type { UserRecord } from './users.js';

export type RevokeReason =
  | 'logout'
  | 'logout-all'
  | 'ended-by-user'
  | 'ended-by-admin'
  | 'account-disabled'
  | 'account-claimed'
  | 'refresh-token-reuse'
  | 'session-limit'
  | 'password-change'
  | 'password-reset'
  | 'email-change'
  | 'two-factor-enabled'
  | 'two-factor-disabled';

/** 1: one factor. 2: a second factor was passed in this session. */
export type AssuranceLevel = 1 | 2;

/** One login. It is a single row for its whole life, however often its tokens are refreshed. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly deviceId: string | null;
  /** The generation of the only refresh token that is valid next. Starts at 0. */
  readonly refreshCounter: number;
  /** Random bytes, base64url. Without it, a stolen signing key cannot forge this session's refresh tokens. */
  readonly refreshSalt: string;
  /** When the counter last increased; `null` before the first refresh. */
  readonly rotatedAt: number | null;
  readonly createdAt: number;
  /** The last login, refresh, or first use of a token from a refresh. */
  readonly lastUsedAt: number;
  readonly idleExpiresAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  readonly revokeReason: RevokeReason | null;
  /** When a credential was last proven in this session. */
  readonly authenticatedAt: number;
  /** RFC 8176 method names, such as `pwd` and `otp`. */
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** How a user was authenticated. */
export interface SessionProof {
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
}

export interface SessionRotation {
  readonly now: number;
  readonly idleExpiresAt: number;
  /** A credential that was proven at `now`, as in a step-up. */
  readonly proof?: SessionProof | undefined;
}

export interface SessionStore {
  /**
   * Returns how many sessions of the user are stored: this one, and the ended ones too. After `users.recordLogin` in the
   * same transaction, sessions of concurrent logins MUST be counted.
   */
  insert(session: SessionRecord): Promise<number>;
  find(id: string): Promise<SessionRecord | null>;
  /** The session and its user, read at the same time. */
  findWithUser(id: string): Promise<{ readonly session: SessionRecord; readonly user: UserRecord } | null>;
  /**
   * The stored sessions of the user, newest first. With `liveAt`, only those neither revoked nor expired at that time.
   */
  list(userId: string, filter?: { readonly liveAt: number }): Promise<readonly SessionRecord[]>;
  /**
   * Advances the counter from `fromCounter` to the next, sets `rotatedAt` and `lastUsedAt` to `now`, sets
   * `idleExpiresAt` and records the proof, if one is given. Only while the counter is `fromCounter` and the session is
   * live at `now`. Of concurrent calls exactly one MUST win.
   */
  rotate(id: string, fromCounter: number, rotation: SessionRotation): Promise<boolean>;
  /**
   * Sets `lastUsedAt` to `at`, or to just after `rotatedAt` if that is later, while the counter is `counter` and
   * `lastUsedAt` is not past `rotatedAt`. The session need not be live. Called at the first use of an access token
   * after each refresh.
   */
  markSeen(id: string, counter: number, at: number): Promise<void>;
  /** Records a fresh proof of a credential in a session that is live at `at`; returns whether it did. */
  reauthenticate(id: string, proof: SessionProof & { readonly at: number }): Promise<boolean>;
  /** Ends the session if it was not ended before; returns whether this call did. The first reason is kept. */
  revoke(id: string, at: number, reason: RevokeReason): Promise<boolean>;
  /** Ends the user's sessions that are live at `at`, except `except`; returns how many. */
  revokeAll(
    userId: string,
    at: number,
    reason: RevokeReason,
    except?: string,
  ): Promise<number>;
  /** Ends the oldest live sessions of the user above the newest `keep`; returns their ids. */
  revokeOldest(userId: string, keep: number, at: number): Promise<readonly string[]>;
  /** Deletes the user's sessions that ended or expired before `at`, except the newest `keep` of them. */
  forgetOver(userId: string, keep: number, at: number): Promise<void>;
}
