export type NotificationKind =
  | 'password-reset'
  | 'email-verification'
  | 'email-change'
  | 'registration-attempt'
  | 'email-login'
  | 'email-login-code'
  | 'two-factor-code'
  | 'invitation'
  | 'security-notice';

export type Channel = 'email' | 'sms';

/** One message to one person, ready to be sent. */
export interface Notification {
  /** Stays the same over every try at delivery: the provider's idempotency key. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly channel: Channel;
  /** An email address, or a phone number after E.164. */
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  /** What the text is made of, for those who write their own. */
  readonly data: {
    readonly token?: string;
    readonly code?: string;
    readonly url?: string;
    readonly expiresAt?: string;
    readonly [key: string]: unknown;
  };
}

/** What goes along with a message. */
export interface SendOptions {
  /** Aborted when the sender no longer waits: after 15 seconds, or when the application shuts down. */
  readonly signal: AbortSignal;
}

/**
 * Hands messages to a provider. `send` is called off every request's path, again after a failure, and at least once:
 * after a crash a message may come twice, with the same `id`. It resolves when the provider has taken the message, and
 * rejects otherwise, with a `DeliveryError` where it knows what to do about it.
 */
export interface Notifier {
  send(message: Notification, options?: SendOptions): Promise<void>;
  /** Which channels it serves. A second factor whose channel is missing is not offered. */
  readonly channels: readonly Channel[];
  /** Whether it shows messages to who reads the output of the process instead of sending them. Default `false`. */
  readonly printsMessages?: boolean;
}

export interface DeliveryErrorDetails {
  /** For logs, such as `HTTP_503`. It MUST NOT hold anything of the message or a credential. */
  readonly code?: string | undefined;
  /** The provider will never take this message: its recipient or its text is wrong. It is given up. Default `false`. */
  readonly permanent?: boolean | undefined;
  /**
   * The provider refuses who sends: the sender, the credentials or the account. The operator has to act, so the message
   * is kept and tried again until what it tells of has expired. Default `false`; `permanent` is ignored with it.
   */
  readonly misconfigured?: boolean | undefined;
  /** What the operator can do about it, for logs. It MUST NOT hold anything of the message or a credential. */
  readonly remedy?: string | undefined;
  /** Seconds to wait at least before the next try, where the provider asks for it. */
  readonly retryAfterSeconds?: number | undefined;
}

/** What a notifier rejects with when it knows more than that a message did not leave. Anything else is tried again. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: string | undefined;
  readonly permanent: boolean;
  readonly misconfigured: boolean;
  readonly remedy: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: DeliveryErrorDetails = {}) {
    const { code, permanent = false, misconfigured = false, remedy, retryAfterSeconds } = details;
    super(message);
    this.code = code;
    this.permanent = permanent && !misconfigured;
    this.misconfigured = misconfigured;
    this.remedy = remedy;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
