import { describe, expect, it } from 'vitest';
import { describeFailures, describeRedirects } from './test-kit/describe-failures.js';
import type { Case } from './test-kit/describe-failures.js';
import { CANARIES, aText, startProvider } from './test-kit/provider.js';
import { twilioNotifier } from './twilio.js';

const ACCOUNT = 'AC0123456789abcdef0123456789abcdef';
const SERVICE = 'MG0123456789abcdef0123456789abcdef';

const basic = (user: string): string => `Basic ${Buffer.from(`${user}:${CANARIES.key}`).toString('base64')}`;

describe('twilioNotifier', () => {
  it('posts the form that the Messages resource documents', async () => {
    await using provider = await startProvider();
    provider.answer({ status: 201 });
    await twilioNotifier({ accountSid: ACCOUNT, authToken: CANARIES.key, from: '+15005550006', baseUrl: provider.baseUrl }).send(aText());
    const [asked] = provider.asked;
    expect(provider.asked).toHaveLength(1);
    expect(asked).toMatchObject({ method: 'POST', path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json` });
    expect(asked?.headers).toMatchObject({
      authorization: basic(ACCOUNT),
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect([...new URLSearchParams(asked?.body)]).toEqual([
      ['To', aText().to],
      ['From', '+15005550006'],
      ['Body', aText().text],
    ]);
  });

  it('sends through a messaging service, and with an API key', async () => {
    await using provider = await startProvider();
    provider.answer({ status: 201 });
    const notifier = twilioNotifier({
      accountSid: ACCOUNT,
      apiKeySid: 'SKabc',
      authToken: CANARIES.key,
      from: SERVICE,
      baseUrl: provider.baseUrl,
    });
    await notifier.send(aText());
    const form = new URLSearchParams(provider.asked[0]?.body);
    expect(form.get('MessagingServiceSid')).toBe(SERVICE);
    expect(form.has('From')).toBe(false);
    expect(provider.asked[0]?.headers.authorization).toBe(basic('SKabc'));
    expect(provider.asked[0]?.path).toContain(ACCOUNT);
  });

  it('names every setting that is missing, at the start', () => {
    expect(() => twilioNotifier({ accountSid: undefined, authToken: ' ', from: undefined })).toThrow(
      'twilioNotifier cannot start:\n  - accountSid: is required\n  - authToken: is required\n  - from: is required',
    );
  });

  const example: Case = {
    provider: 'TWILIO',
    message: aText(),
    make: (options) => twilioNotifier({ accountSid: ACCOUNT, authToken: CANARIES.key, from: '+15005550006', ...options }),
  };
  describeFailures(example);
  describeRedirects(example);
});
