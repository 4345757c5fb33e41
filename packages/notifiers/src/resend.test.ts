import { describe, expect, it } from 'vitest';
import { describeFailures } from './test-kit/describe-failures.js';
import { CANARIES, aMail, startProvider } from './test-kit/provider.js';
import { resendNotifier } from './resend.js';

const FROM = 'Example <mail@example.com>';

describe('resendNotifier', () => {
  it('posts what /emails documents, with the id of the message as idempotency key', async () => {
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
      expect(JSON.parse(asked.body)).toEqual({ from: FROM, to: mail.to, subject: mail.subject, text: mail.text, html: mail.html });
    }
  });

  it('names every setting that is missing, at the start', async () => {
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
