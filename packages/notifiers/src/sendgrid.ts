import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS } from './deadline.js';
import { post } from './post.js';
import { readSender } from './sender.js';
import { demand, demandChannel } from './settings.js';

export interface SendgridOptions {
  /** An API key with access to Mail Send. */
  readonly apiKey: string | undefined;
  /** A verified sender, such as `Example <mail@example.com>`. */
  readonly from: string | undefined;
  /** Default `https://api.sendgrid.com`; `https://api.eu.sendgrid.com` keeps mail in the EU. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds until a try is given up. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Mail by Twilio SendGrid's v3 API (`POST /v3/mail/send`). SendGrid knows no idempotency key: after a crash a mail may come
 * twice. Throws `ConfigError`.
 */
export function sendgridNotifier(given: SendgridOptions): Notifier {
  const { apiKey, from = '', baseUrl = 'https://api.sendgrid.com', timeoutMs = TIMEOUT_MS } = given;
  demand('sendgridNotifier', { apiKey, from });
  const { email, name } = readSender('sendgridNotifier', from);
  return {
    channels: ['email'],
    async send({ id, channel, to, subject, text, html }, options) {
      demandChannel(channel, 'email');
      const body = {
        personalizations: [{ to: [{ email: to }] }],
        from: { email, ...(name !== null && { name }) },
        subject,
        content: [{ type: 'text/plain', value: text }, ...(html === undefined ? [] : [{ type: 'text/html', value: html }])],
        custom_args: { message_id: id },
        // Tracking would send links, tokens included, through another server.
        tracking_settings: {
          click_tracking: { enable: false, enable_text: false },
          open_tracking: { enable: false },
          subscription_tracking: { enable: false },
        },
      };
      await post({
        provider: 'SENDGRID',
        url: new URL('/v3/mail/send', baseUrl).href,
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeoutMs,
        options,
      });
    },
  };
}
