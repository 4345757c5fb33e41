import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS, deadline } from './deadline.js';
import { refusal } from './failures.js';
import { toMail } from './mail.js';
import { optionalPeer } from './optional-peer.js';
import { mailbox, readSender } from './sender.js';
import { missing, readKey, readOptions, refuse, transportFaults } from './settings.js';

export interface ResendOptions {
  /** An API key with access to sending. */
  readonly apiKey: string | undefined;
  /** A sender of a verified domain, such as `Example, Inc. <mail@example.com>`. */
  readonly from: string | undefined;
  /** Default `https://api.resend.com`. */
  readonly baseUrl?: string | undefined;
  /** Timeout of an attempt in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends mail with Resend's own SDK, which must be installed: `npm install resend`. The message's id is the idempotency key, so
 * that no mail is sent twice within a day. Rejects with `ConfigError`.
 */
export async function resendNotifier(given: ResendOptions): Promise<Notifier> {
  const { apiKey, from = '', baseUrl = 'https://api.resend.com', timeoutMs = TIMEOUT_MS } = readOptions('resendNotifier', given);
  refuse('resendNotifier', [...missing({ apiKey, from }), ...transportFaults({ baseUrl, timeoutMs })]);
  const key = readKey('resendNotifier', 'apiKey', apiKey);
  const sender = readSender('resendNotifier', from);
  const { Resend } = await optionalPeer({ maker: 'resendNotifier', name: 'resend' }, async () => import('resend'));
  const resend = new Resend(key, { baseUrl });
  return {
    channels: ['email'],
    async send(message, options) {
      const { to, subject, text, html, messageId, headers } = toMail(message, sender);
      const { error, headers: answered } = await resend.emails.send(
        {
          from: mailbox(sender),
          to,
          subject,
          text,
          ...(html !== undefined && { html }),
          headers: { ...headers, 'Message-ID': messageId },
        },
        { idempotencyKey: message.id, signal: deadline(timeoutMs, options) },
      );
      if (error === null) return;
      const refusesSender = error.name === 'invalid_from_address' || /`from`/.test(error.message);
      throw refusal({ provider: 'RESEND', status: error.statusCode, retryAfter: answered?.['retry-after'], refusesSender });
    },
  };
}
