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
  /** The same for every delivery attempt: the provider's idempotency key. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly channel: Channel;
  /** An email address, or a phone number in E.164. */
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  /** The content of the message, for applications that write their own text. */
  readonly data: {
    readonly token?: string;
    readonly code?: string;
    readonly url?: string;
    readonly expiresAt?: string;
    readonly [key: string]: unknown;
  };
}

/** The options of a delivery attempt. */
export interface SendOptions {
  /** Aborted when the sender no longer waits: after 15 seconds, or when the application shuts down. */
  readonly signal: AbortSignal;
}

/**
 * Hands messages to a provider. `send` is called outside of requests, again after a failure, and at least once: after a
 * crash a message may come twice, with the same `id`. It resolves when the provider has accepted the message, and
 * rejects otherwise: with a `DeliveryError` if it knows how to proceed.
 */
export interface Notifier {
  send(message: Notification, options?: SendOptions): Promise<void>;
  /** The channels that it can deliver. A second factor whose channel is missing is not offered. */
  readonly channels: readonly Channel[];
  /** Whether it prints messages to the output of the process instead of sending them. Default `false`. */
  readonly printsMessages?: boolean;
}

export interface DeliveryErrorDetails {
  /** For logs, such as `HTTP_503`. It MUST NOT contain any part of the message or a credential. */
  readonly code?: string | undefined;
  /**
   * The provider will never accept this message: its recipient or its text is wrong. It is not tried again. Default
   * `false`.
   */
  readonly permanent?: boolean | undefined;
  /**
   * The provider refuses the sender, its credentials or its account. The operator must act, so the message is kept
   * and tried again until its content has expired. Default `false`; if `true`, `permanent` is ignored.
   */
  readonly misconfigured?: boolean | undefined;
  /** What the operator can do about it, for logs. It MUST NOT contain any part of the message or a credential. */
  readonly remedy?: string | undefined;
  /** Minimum wait before the next attempt, in seconds, if the provider asks for it. */
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * The rejection of a notifier that knows more than that a message was not sent. After any other rejection the message
 * is tried again.
 */
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
