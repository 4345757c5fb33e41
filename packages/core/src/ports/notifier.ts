export type NotificationKind =
  | 'password-reset'
  | 'email-verification'
  | 'email-change'
  | 'registration-attempt'
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

/**
 * Hands messages to a provider. `send` is called off every request's path, again after a failure, and at least once:
 * after a crash a message may come twice, with the same `id`.
 */
export interface Notifier {
  send(message: Notification): Promise<void>;
  /** Which channels it serves. A second factor whose channel is missing is not offered. */
  readonly channels: readonly Channel[];
}
