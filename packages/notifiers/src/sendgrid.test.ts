import { describe, expect, it } from 'vitest';
import { describeFailures, describeRedirects } from './test-kit/describe-failures.js';
import type { Case } from './test-kit/describe-failures.js';
import { CANARIES, aMail, startProvider } from './test-kit/provider.js';
import { sendgridNotifier } from './sendgrid.js';

const FROM = 'Example <mail@example.com>';

describe('sendgridNotifier', () => {
  it('posts the request that v3/mail/send documents: one recipient, the sender, text before HTML, no tracking', async () => {
    await using provider = await startProvider();
    provider.answer({ status: 202, body: '' });
    await sendgridNotifier({ apiKey: CANARIES.key, from: FROM, baseUrl: provider.baseUrl }).send(aMail());
    const [asked] = provider.asked;
    expect(provider.asked).toHaveLength(1);
    expect(asked).toMatchObject({ method: 'POST', path: '/v3/mail/send' });
    expect(asked?.headers).toMatchObject({ authorization: `Bearer ${CANARIES.key}`, 'content-type': 'application/json' });
    const mail = aMail();
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      personalizations: [{ to: [{ email: mail.to }] }],
      from: { email: 'mail@example.com', name: 'Example' },
      subject: mail.subject,
      content: [
        { type: 'text/plain', value: mail.text },
        { type: 'text/html', value: mail.html },
      ],
      headers: { 'Auto-Submitted': 'auto-generated', 'Message-ID': `<${mail.id}@example.com>` },
      custom_args: { message_id: mail.id },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
        subscription_tracking: { enable: false },
      },
    });
  });

  it('sends a mail without HTML as text only, from an address without a name', async () => {
    await using provider = await startProvider();
    const { html: _, ...plain } = aMail();
    await sendgridNotifier({ apiKey: CANARIES.key, from: 'mail@example.com', baseUrl: provider.baseUrl }).send(plain);
    const body: unknown = JSON.parse(provider.asked[0]?.body ?? '');
    expect(body).toMatchObject({ from: { email: 'mail@example.com' }, content: [{ type: 'text/plain' }] });
  });

  it('sends a name with special characters unquoted, since it is a separate field', async () => {
    await using provider = await startProvider();
    await sendgridNotifier({ apiKey: CANARIES.key, from: '"Acme, Inc." <mail@acme.example>', baseUrl: provider.baseUrl }).send(aMail());
    expect(JSON.parse(provider.asked[0]?.body ?? '')).toMatchObject({ from: { email: 'mail@acme.example', name: 'Acme, Inc.' } });
  });

  it('keeps a message if SendGrid refuses the sender, and gives up if it refuses the recipient', async () => {
    await using provider = await startProvider();
    const notifier = sendgridNotifier({ apiKey: CANARIES.key, from: FROM, baseUrl: provider.baseUrl });
    const refuse = (field: string): void =>
      provider.answer({ status: 400, body: JSON.stringify({ errors: [{ message: 'Does not contain a valid address.', field, help: null }] }) });
    refuse('from.email');
    await expect(notifier.send(aMail())).rejects.toMatchObject({ code: 'SENDGRID_400_SENDER', permanent: false, misconfigured: true });
    refuse('personalizations.0.to.0.email');
    await expect(notifier.send(aMail())).rejects.toMatchObject({ code: 'SENDGRID_400', permanent: true, misconfigured: false });
  });

  it('names every missing setting at start-up', () => {
    expect(() => sendgridNotifier({ apiKey: '', from: undefined })).toThrow(
      'sendgridNotifier cannot start:\n  - apiKey: is required\n  - from: is required',
    );
    expect(() => sendgridNotifier({ apiKey: CANARIES.key, from: 'Example' })).toThrow('from: must be an address');
    expect(() => sendgridNotifier({ apiKey: CANARIES.key, from: 'a\r\nBcc: x@example.com <mail@example.com>' })).toThrow('from: must');
  });

  const example: Case = {
    provider: 'SENDGRID',
    message: aMail(),
    make: (options) => sendgridNotifier({ apiKey: CANARIES.key, from: FROM, ...options }),
  };
  describeFailures(example);
  describeRedirects(example);
});
