import { describe, expect, it } from 'vitest';
import { describeFailures } from './test-kit/describe-failures.js';
import { CANARIES, aMail, startProvider } from './test-kit/provider.js';
import { resendNotifier } from './resend.js';

const FROM = 'Example <mail@example.com>';

describe('resendNotifier', () => {
  it("posts the request that /emails documents, with the message's id as the idempotency key", async () => {
    await using provider = await startProvider();
    provider.answer({ status: 200, body: '{"id":"49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}' });
    const notifier = await resendNotifier({ apiKey: CANARIES.key, from: FROM, baseUrl: provider.baseUrl });
    await notifier.send(aMail());
    await notifier.send(aMail());
    const mail = aMail();
    expect(provider.asked).toHaveLength(2);
    for (const asked of provider.asked) {
      expect(asked).toMatchObject({ method: 'POST', path: '/emails' });
      expect(asked.headers).toMatchObject({
        authorization: `Bearer ${CANARIES.key}`,
        'content-type': 'application/json',
        'idempotency-key': mail.id,
      });
      expect(JSON.parse(asked.body)).toEqual({
        from: FROM,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        headers: { 'Auto-Submitted': 'auto-generated', 'Message-ID': `<${mail.id}@example.com>` },
      });
    }
  });

  it('quotes a name with special characters', async () => {
    await using provider = await startProvider();
    const from = 'Acme, Inc. <mail@acme.example>';
    await (await resendNotifier({ apiKey: CANARIES.key, from, baseUrl: provider.baseUrl })).send(aMail());
    expect(JSON.parse(provider.asked[0]?.body ?? '')).toMatchObject({ from: '"Acme, Inc." <mail@acme.example>' });
  });

  it('keeps a message if Resend refuses the sender, which the operator can fix', async () => {
    await using provider = await startProvider();
    const notifier = await resendNotifier({ apiKey: CANARIES.key, from: FROM, baseUrl: provider.baseUrl });
    const invalid = { statusCode: 422, name: 'validation_error', message: 'Invalid `from` field. The email address needs to follow …' };
    for (const error of [invalid, { statusCode: 422, name: 'invalid_from_address', message: 'Invalid.' }]) {
      provider.answer({ status: 422, body: JSON.stringify(error) });
      await expect(notifier.send(aMail())).rejects.toMatchObject({
        code: 'RESEND_422_SENDER',
        permanent: false,
        misconfigured: true,
        remedy: expect.stringContaining('from'),
      });
    }
  });

  it('names every missing setting at start-up', async () => {
    await expect(resendNotifier({ apiKey: undefined, from: '' })).rejects.toThrow(
      'resendNotifier cannot start:\n  - apiKey: is required\n  - from: is required',
    );
  });

  describeFailures({
    provider: 'RESEND',
    message: aMail(),
    make: async (options) => resendNotifier({ apiKey: CANARIES.key, from: FROM, ...options }),
  });
});
