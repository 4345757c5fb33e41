import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../ports/notifier.js';
import type { Notification } from '../ports/notifier.js';
import { inbox } from './inbox.js';

const message = (id: string, kind: Notification['kind'] = 'two-factor-code'): Notification => ({
  id,
  kind,
  channel: 'email',
  to: 'ada@example.com',
  text: id,
  data: {},
});

describe('the inbox', () => {
  it('keeps what arrives, and returns each message once, in order, by kind', async () => {
    const mail = inbox();
    await mail.send(message('1'));
    await mail.send(message('2', 'password-reset'));
    await mail.send(message('3'));
    expect(mail.messages.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(mail.last()?.id).toBe('3');
    expect(mail.last('password-reset')?.id).toBe('2');
    expect(mail.last('invitation')).toBeUndefined();
    expect((await mail.next('two-factor-code')).id).toBe('1');
    expect((await mail.next('two-factor-code')).id).toBe('3');
  });

  it('waits for a message, and reports one that did not arrive', async () => {
    const mail = inbox();
    const waiting = mail.next('invitation');
    await mail.send(message('other'));
    await mail.send(message('1', 'invitation'));
    expect((await waiting).id).toBe('1');
    await expect(mail.next('invitation', 10)).rejects.toThrow('No invitation arrived within 10 ms');
  });

  it('fails and hangs on demand, and recovers', async () => {
    const mail = inbox({ channels: ['sms'] });
    expect(mail.channels).toEqual(['sms']);
    mail.fail();
    await expect(mail.send(message('1'))).rejects.toBeInstanceOf(DeliveryError);
    mail.fail(new TypeError('own'));
    await expect(mail.send(message('1'))).rejects.toThrow('own');
    mail.hang();
    const abortController = new AbortController();
    const hanging = mail.send(message('1'), { signal: abortController.signal });
    abortController.abort();
    await expect(hanging).rejects.toThrow('Cut off');
    mail.recover();
    await mail.send(message('1'));
    expect([mail.tries.length, mail.messages.length]).toEqual([4, 1]);
  });
});
