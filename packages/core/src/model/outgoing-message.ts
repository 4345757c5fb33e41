import type { Channel } from '../ports/notifier.js';

/** The notices that an owner gets after an action (security.md L6). */
export const SECURITY_NOTICES = [
  'new-device',
  'account-removed',
  'password-changed',
  'password-reset',
  'email-changed',
  'email-change-requested',
  'two-factor-enabled',
  'two-factor-disabled',
  'two-factor-reset',
  'backup-code-used',
  'backup-codes-low',
  'backup-codes-replaced',
  'admin-password-guessed',
  'passkey-added',
  'passkey-removed',
  'passkey-copied',
  'identity-linked',
  'identity-removed',
] as const;

export type SecurityNotice = (typeof SECURITY_NOTICES)[number];

/** The content of a message before it is rendered. Times are milliseconds since the epoch. */
export type MessageContent =
  | { readonly kind: 'two-factor-code'; readonly code: string; readonly expiresAt: number }
  | { readonly kind: 'password-reset'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'invitation'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'email-verification'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'email-change'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'registration-attempt' }
  | { readonly kind: 'email-login'; readonly token: string; readonly expiresAt: number }
  | { readonly kind: 'email-login-code'; readonly code: string; readonly expiresAt: number }
  | {
      readonly kind: 'security-notice';
      readonly notice: SecurityNotice;
      readonly at: number;
      readonly ip: string | null;
      readonly userAgent: string | null;
      /** With `backup-code-used` and `backup-codes-low`. */
      readonly backupCodesRemaining?: number;
    };

export interface OutgoingMessage {
  /** The recipient's account. The message is removed with it. */
  readonly userId: string | null;
  readonly channel: Channel;
  readonly to: string;
  readonly content: MessageContent;
}
