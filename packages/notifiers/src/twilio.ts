import type { Notifier } from '@sallyport/core';
import { TIMEOUT_MS } from './deadline.js';
import { post } from './post.js';
import { missing, readKey, readOptions, refuse, requireChannel, transportFaults } from './settings.js';

export interface TwilioOptions {
  /** `AC…` */
  readonly accountSid: string | undefined;
  /** The auth token of the account, or the secret of the API key if `apiKeySid` is set. */
  readonly authToken: string | undefined;
  /** `SK…`: an API key, which can be revoked on its own. `authToken` is then its secret. */
  readonly apiKeySid?: string | undefined;
  /** An E.164 number, a short code, an alphanumeric sender, or a messaging service (`MG…`). */
  readonly from: string | undefined;
  /** Default `https://api.twilio.com`. */
  readonly baseUrl?: string | undefined;
  /** Timeout of an attempt in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Sends text messages with Twilio's API (`POST /2010-04-01/Accounts/{sid}/Messages.json`). Twilio has no idempotency key for
 * messages: after a crash a message may be sent twice. Throws `ConfigError`.
 */
export function twilioNotifier(given: TwilioOptions): Notifier {
  const { baseUrl = 'https://api.twilio.com', timeoutMs = TIMEOUT_MS, ...settings } = readOptions('twilioNotifier', given);
  const { accountSid, authToken, apiKeySid, from } = settings;
  refuse('twilioNotifier', [
    ...missing({ accountSid, authToken, from, ...(apiKeySid !== undefined && { apiKeySid }) }),
    ...transportFaults({ baseUrl, timeoutMs }),
  ]);
  const { account, authorization } = readCredentials(settings);
  const sender = readSender(from);
  const url = new URL(`/2010-04-01/Accounts/${account}/Messages.json`, baseUrl).href;
  return {
    channels: ['sms'],
    async send({ channel, to, text }, options) {
      requireChannel(channel, 'sms');
      await post({
        provider: 'TWILIO',
        url,
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ To: to, ...sender, Body: text }).toString(),
        timeoutMs,
        options,
        refusesSender,
      });
    },
  };
}

function readCredentials({ accountSid = '', apiKeySid, authToken }: Partial<TwilioOptions>): { readonly account: string; readonly authorization: string } {
  const account = accountSid.trim();
  const user = apiKeySid?.trim() ?? account;
  const token = readKey('twilioNotifier', 'authToken', authToken);
  refuse('twilioNotifier', [
    ...(/^AC[0-9a-f]{32}$/i.test(account) ? [] : [{ path: 'accountSid', message: accountFault(account) }]),
    ...(user === account || /^SK\w+$/.test(user) ? [] : [{ path: 'apiKeySid', message: 'must be the SID of an API key, SK…' }]),
  ]);
  return { account, authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}` };
}

function accountFault(given: string): string {
  return given.startsWith('SK')
    ? 'is the SID of an API key: give that as apiKeySid, and the SID of its account, AC…, here'
    : 'must be the SID of an account, AC and 32 hexadecimal digits';
}

/** The sender. Values that Twilio would refuse with every message are refused at start-up. */
function readSender(given = ''): { readonly MessagingServiceSid: string } | { readonly From: string } {
  const from = given.trim();
  if (/^MG[0-9a-f]{32}$/i.test(from)) return { MessagingServiceSid: from };
  const number = from.replaceAll(/[\s().-]/g, '');
  if (/^\+[1-9]\d{6,14}$/.test(number) || /^\d{3,8}$/.test(number)) return { From: number };
  // Letters, digits and spaces, at most eleven, with at least one letter.
  if (/^(?=.*[a-z])[a-z0-9][a-z0-9 &+_-]{0,10}$/i.test(from)) return { From: from };
  refuse('twilioNotifier', [
    { path: 'from', message: 'must be a number such as +15005550006, a short code, a name of at most 11 letters and digits, or a messaging service, MG and 32 hexadecimal digits' },
  ]);
  return { From: from };
}

/**
 * Twilio's error codes about the sender, the messaging service or the account rather than the message:
 * https://www.twilio.com/docs/api/errors
 */
const SENDER_CODES: ReadonlySet<unknown> = new Set([
  10001, 10002, 20003, 20005, 20008, 20404, 21212, 21267, 21401, 21601, 21603, 21606, 21608, 21659, 21660, 21661, 21701, 21702, 21703,
  21704, 21705, 63007, 90010,
]);

function refusesSender(body: unknown): boolean {
  return SENDER_CODES.has(Reflect.get(Object(body), 'code'));
}
