/**
 * `challenge`: a login that waits for its second factor. `step-up`: a code sent to a live session. `factor-setup`: a
 * code sent to confirm a factor. `email-login`: the link or the code of a sign-in by email. `provider-attempt`: the
 * state of a login with an external provider. `provider-code`: the code that completes that login. The others are sent
 * as links.
 */
export type TokenPurpose =
  | 'password-reset'
  | 'email-verification'
  | 'email-change'
  | 'invitation'
  | 'email-login'
  | 'challenge'
  | 'step-up'
  | 'factor-setup'
  | 'provider-attempt'
  | 'provider-code';

/** A code that was sent by SMS or email for a token. */
export interface SentCode {
  /** Keyed hash, bound to the token. */
  readonly hash: string;
  readonly method: 'sms' | 'email';
  readonly sentAt: number;
  readonly expiresAt: number;
}

/** A token that permits one action, once. */
export interface OneTimeTokenRecord {
  readonly id: string;
  /** `null` while the user is not known yet: a passkey challenge at login, the state of an external provider. */
  readonly userId: string | null;
  readonly purpose: TokenPurpose;
  /** Hash of the secret part, unique. `null` if no token is issued, such as for a step-up. */
  readonly secretHash: string | null;
  /** The session or factor that it belongs to, if any. */
  readonly subjectId: string | null;
  readonly code: SentCode | null;
  /** The data of its purpose, such as the new address of an email change. Never a secret. */
  readonly payload: Readonly<Record<string, string | number | boolean | null>>;
  readonly attempts: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
}

/** A token is live while it is neither consumed nor expired. */
export interface OneTimeTokenStore {
  insert(token: OneTimeTokenRecord): Promise<void>;
  find(id: string): Promise<OneTimeTokenRecord | null>;
  /** All stored tokens of the user, newest first. */
  list(userId: string): Promise<readonly OneTimeTokenRecord[]>;
  /**
   * The token with this hash if it has one of these purposes, live or not. Only `consume` decides whether it is valid.
   */
  findByHash(secretHash: string, purposes: readonly TokenPurpose[]): Promise<OneTimeTokenRecord | null>;
  /** The newest live token of this purpose and subject. */
  findLiveOf(
    subject: { readonly userId: string; readonly purpose: TokenPurpose; readonly subjectId: string },
    now: number,
  ): Promise<OneTimeTokenRecord | null>;
  /** Consumes the token if it is live; returns whether this call did. Of concurrent calls exactly one MUST win. */
  consume(id: string, now: number): Promise<boolean>;
  /** Counts one more attempt if the token is live and has had fewer than `max`; returns whether it did. */
  takeAttempt(id: string, max: number, now: number): Promise<boolean>;
  /**
   * Replaces the last code of a token that is live at `code.sentAt`, if the last code was sent at `sentBefore` or
   * earlier, or none was sent. Returns whether it did. The attempts stay counted. Of concurrent calls, with
   * `sentBefore` earlier than `code.sentAt`, exactly one MUST win.
   */
  replaceCode(id: string, code: SentCode, sentBefore: number): Promise<boolean>;
  /** Consumes all live tokens of the user with these purposes; returns how many. */
  voidAll(userId: string, purposes: readonly TokenPurpose[], now: number): Promise<number>;
}
