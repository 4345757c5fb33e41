import { DeliveryError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { toMail } from './mail.js';
import { readSender } from './sender.js';
import { aMail, aText } from './test-kit/provider.js';

const sender = readSender('aNotifier', 'Example <mail@example.com>');

describe('toMail', () => {
  it("derives the Message-ID from the message and the sender's domain, and marks the mail as automatic", () => {
    expect(toMail(aMail(), sender)).toMatchObject({
      messageId: `<${aMail().id}@example.com>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  });

  it('removes line breaks from the subject', () => {
    const { subject } = toMail(aMail({ subject: 'Your code\r\nBcc: eve@example.net' }), sender);
    expect(subject).toBe('Your code Bcc: eve@example.net');
  });

  it.each([
    { to: 'grace@example.org, eve@example.net' },
    { to: 'grace@example.org\r\nBcc: eve@example.net' },
    { to: 'Grace <grace@example.org>' },
    { to: '' },
    { id: '1>\r\nBcc: eve@example.net' },
  ])('fails permanently for %j', (fields) => {
    expect(() => toMail(aMail(fields), sender)).toThrow(expect.objectContaining({ permanent: true }));
  });

  it('fails permanently for a text message', () => {
    expect(() => toMail(aText(), sender)).toThrow(DeliveryError);
  });
});
