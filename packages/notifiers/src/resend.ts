import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS, deadline } from './deadline.js';
import { refusal } from './failures.js';
import { optionalPeer } from './optional-peer.js';
import { readSender } from './sender.js';
import { demand, demandChannel } from './settings.js';

export interface ResendOptions {
  /** An API key with access to sending. */
  readonly apiKey: string | undefined;
  /** A sender of a verified domain, such as `Example <mail@example.com>`. */
  readonly from: string | undefined;
  /** Default `https://api.resend.com`. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds until a try is given up. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Mail by Resend's own SDK, which has to be installed: `npm install resend`. The message's id is the idempotency key, so
 * that no mail comes twice within a day. Rejects with `ConfigError`.
 */
export async function resendNotifier(given: ResendOptions): Promise<Notifier> {
  const { apiKey, from = '', baseUrl = 'https://api.resend.com', timeoutMs = TIMEOUT_MS } = given;
  demand('resendNotifier', { apiKey, from });
  readSender('resendNotifier', from);
  const { Resend } = await optionalPeer({ maker: 'resendNotifier', name: 'resend' }, async () => import('resend'));
  const resend = new Resend(apiKey, { baseUrl });
  return {
    channels: ['email'],
    async send({ id, channel, to, subject = '', text, html }, options) {
      demandChannel(channel, 'email');
      const { error, headers } = await resend.emails.send(
        { from, to, subject, text, ...(html !== undefined && { html }) },
        { idempotencyKey: id, signal: deadline(timeoutMs, options) },
      );
      if (error !== null) throw refusal({ provider: 'RESEND', status: error.statusCode, retryAfter: headers?.['retry-after'] });
    },
  };
}
