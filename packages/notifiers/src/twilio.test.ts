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

  it('names every missing setting at start-up', () => {
    expect(() => twilioNotifier({ accountSid: undefined, authToken: ' ', from: undefined })).toThrow(
      'twilioNotifier cannot start:\n  - accountSid: is required\n  - authToken: is required\n  - from: is required',
    );
  });

  it.each([
    ['+1 (500) 555-0006', { From: '+15005550006' }],
    ['12345', { From: '12345' }],
    ['Acme Inc', { From: 'Acme Inc' }],
    [` ${SERVICE}\n`, { MessagingServiceSid: SERVICE }],
  ])('accepts %j as the sender', async (from, expected) => {
    await using provider = await startProvider();
    const notifier = twilioNotifier({ accountSid: `${ACCOUNT}\n`, authToken: `${CANARIES.key}\n`, from, baseUrl: provider.baseUrl });
    await notifier.send(aText());
    expect(Object.fromEntries(new URLSearchParams(provider.asked[0]?.body))).toMatchObject(expected);
    expect(provider.asked[0]?.headers.authorization).toBe(basic(ACCOUNT));
  });

  it.each(['015005550006', '+0123', 'MG0123456789abcdef', 'A name of twelve', 'Größe', 'whatsapp:+15005550006', '+15005550006, +15005550007'])(
    'refuses %j as the sender at start-up',
    (from) => {
      expect(() => twilioNotifier({ accountSid: ACCOUNT, authToken: CANARIES.key, from })).toThrow('  - from: must be a number');
    },
  );

  it('refuses an invalid account SID at start-up, and recognizes the SID of an API key', () => {
    const start = (accountSid: string) => () => twilioNotifier({ accountSid, authToken: CANARIES.key, from: SERVICE });
    expect(start('AC12')).toThrow('accountSid: must be the SID of an account');
    expect(start('SK0123456789abcdef0123456789abcdef')).toThrow('accountSid: is the SID of an API key: give that as apiKeySid');
  });

  it.each([21606, 21212, 21659, 21705, 20003])("keeps the message after Twilio's code %i about the sender or the account", async (code) => {
    await using provider = await startProvider();
    provider.answer({ status: 400, body: JSON.stringify({ code, message: 'No', status: 400 }) });
    const notifier = twilioNotifier({ accountSid: ACCOUNT, authToken: CANARIES.key, from: SERVICE, baseUrl: provider.baseUrl });
    await expect(notifier.send(aText())).rejects.toMatchObject({ code: 'TWILIO_400_SENDER', permanent: false, misconfigured: true });
  });

  it('gives up if Twilio refuses the recipient', async () => {
    await using provider = await startProvider();
    provider.answer({ status: 400, body: JSON.stringify({ code: 21211, message: 'No', status: 400 }) });
    const notifier = twilioNotifier({ accountSid: ACCOUNT, authToken: CANARIES.key, from: SERVICE, baseUrl: provider.baseUrl });
    await expect(notifier.send(aText())).rejects.toMatchObject({ code: 'TWILIO_400', permanent: true });
  });

  const example: Case = {
    provider: 'TWILIO',
    message: aText(),
    make: (options) => twilioNotifier({ accountSid: ACCOUNT, authToken: CANARIES.key, from: '+15005550006', ...options }),
  };
  describeFailures(example);
  describeRedirects(example);
});
