import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS } from './deadline.js';
import { post } from './post.js';
import { demand, demandChannel } from './settings.js';

export interface TwilioOptions {
  /** `AC…` */
  readonly accountSid: string | undefined;
  /** Of the account; or of the API key, where `apiKeySid` names one. */
  readonly authToken: string | undefined;
  /** `SK…`: an API key, which can be taken back by itself. `authToken` is then its secret. */
  readonly apiKeySid?: string | undefined;
  /** A number after E.164, an alphanumeric sender, or a messaging service (`MG…`). */
  readonly from: string | undefined;
  /** Default `https://api.twilio.com`. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds until a try is given up. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Text messages by Twilio's API (`POST /2010-04-01/Accounts/{sid}/Messages.json`). Twilio knows no idempotency key for
 * messages: after a crash one may come twice. Throws `ConfigError`.
 */
export function twilioNotifier(given: TwilioOptions): Notifier {
  const { accountSid = '', authToken, apiKeySid, from = '', baseUrl = 'https://api.twilio.com', timeoutMs = TIMEOUT_MS } = given;
  demand('twilioNotifier', { accountSid, authToken, from });
  const url = new URL(`/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`, baseUrl).href;
  const credentials = Buffer.from(`${apiKeySid ?? accountSid}:${authToken}`).toString('base64');
  const sender = /^MG[0-9a-f]{32}$/i.test(from) ? { MessagingServiceSid: from } : { From: from };
  return {
    channels: ['sms'],
    async send({ channel, to, text }, options) {
      demandChannel(channel, 'sms');
      await post({
        provider: 'TWILIO',
        url,
        headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ To: to, ...sender, Body: text }).toString(),
        timeoutMs,
        options,
      });
    },
  };
}
