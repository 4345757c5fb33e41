import { inbox } from '@sallyport/core/testing';
import { describe, expect, it } from 'vitest';
import { combine } from './combine.js';
import { aMail, aText } from './test-kit/provider.js';

describe('combine', () => {
  it('passes each message, with the signal, to the notifier of its channel', async () => {
    const [email, sms] = [inbox({ channels: ['email'] }), inbox({ channels: ['sms'] })];
    const both = combine({ email, sms });
    expect(both.channels).toEqual(['email', 'sms']);
    await both.send(aMail());
    await both.send(aText());
    expect(email.messages).toEqual([aMail()]);
    expect(sms.messages).toEqual([aText()]);
    sms.hang();
    const cutOff = new AbortController();
    const sending = both.send(aText(), { signal: cutOff.signal });
    cutOff.abort();
    await expect(sending).rejects.toThrow('Cut off');
  });

  it('serves the configured channels, and fails permanently for others', async () => {
    const mailOnly = combine({ email: inbox() });
    expect(mailOnly.channels).toEqual(['email']);
    await expect(mailOnly.send(aText())).rejects.toMatchObject({ permanent: true });
  });

  it('refuses invalid parts at start-up and says why', () => {
    expect(() => combine({})).toThrow('combine cannot start:\n  - email: or sms is required');
    expect(() => combine({ sms: inbox({ channels: ['email'] }) })).toThrow('sms: must be a notifier for sms');
    expect(() => combine({ email: Promise.resolve(inbox()) as never })).toThrow('email: is a promise: write await');
  });
});
