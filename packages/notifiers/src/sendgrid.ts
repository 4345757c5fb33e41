import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS } from './deadline.js';
import { toMail } from './mail.js';
import { post } from './post.js';
import { readSender } from './sender.js';
import { missing, readKey, readOptions, refuse, transportFaults } from './settings.js';

export interface SendgridOptions {
  /** An API key with access to Mail Send. */
  readonly apiKey: string | undefined;
  /** A verified sender, such as `Example, Inc. <mail@example.com>`. */
  readonly from: string | undefined;
  /** Default `https://api.sendgrid.com`; `https://api.eu.sendgrid.com` keeps mail in the EU. */
  readonly baseUrl?: string | undefined;
  /** Timeout of an attempt in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends mail with Twilio SendGrid's v3 API (`POST /v3/mail/send`). SendGrid has no idempotency key: after a crash a mail may be
 * sent twice. Throws `ConfigError`.
 */
export function sendgridNotifier(given: SendgridOptions): Notifier {
  const { apiKey, from = '', baseUrl = 'https://api.sendgrid.com', timeoutMs = TIMEOUT_MS } = readOptions('sendgridNotifier', given);
  refuse('sendgridNotifier', [...missing({ apiKey, from }), ...transportFaults({ baseUrl, timeoutMs })]);
  const key = readKey('sendgridNotifier', 'apiKey', apiKey);
  const sender = readSender('sendgridNotifier', from);
  return {
    channels: ['email'],
    async send(message, options) {
      const { to, subject, text, html, messageId, headers } = toMail(message, sender);
      const body = {
        personalizations: [{ to: [{ email: to }] }],
        from: { email: sender.email, ...(sender.name !== null && { name: sender.name }) },
        subject,
        content: [{ type: 'text/plain', value: text }, ...(html === undefined ? [] : [{ type: 'text/html', value: html }])],
        headers: { ...headers, 'Message-ID': messageId },
        custom_args: { message_id: message.id },
        // Tracking would route links, tokens included, through another server.
        tracking_settings: {
          click_tracking: { enable: false, enable_text: false },
          open_tracking: { enable: false },
          subscription_tracking: { enable: false },
        },
      };
      await post({
        provider: 'SENDGRID',
        url: new URL('/v3/mail/send', baseUrl).href,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeoutMs,
        options,
        refusesSender,
      });
    },
  };
}

/** SendGrid names the invalid field of the request: `{ "errors": [{ "field": "from.email", … }] }`. */
function refusesSender(body: unknown): boolean {
  const errors: unknown = Reflect.get(Object(body), 'errors');
  return Array.isArray(errors) && errors.some((error) => /^from\b/.test(String(Reflect.get(Object(error), 'field'))));
}
