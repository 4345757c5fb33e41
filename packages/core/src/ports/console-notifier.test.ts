import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { consoleNotifier } from './console-notifier.js';
import type { Notification } from './notifier.js';

const MAIL: Notification = {
  id: '01KDVXA0000000000000000001',
  kind: 'password-reset',
  channel: 'email',
  to: 'ada@example.com',
  subject: 'Reset your password',
  text: 'Choose a new one:\nhttps://example.com/#token=abc\n',
  html: '<p>Choose',
  data: { token: 'abc' },
};
const TEXT: Notification = { id: '2', kind: 'two-factor-code', channel: 'sms', to: '+491701234567', text: 'Your code', data: {} };

describe('the console notifier', () => {
  let log: MockInstance<typeof console.log>;
  beforeEach(() => {
    log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => {
    log.mockRestore();
  });
  const written = (): string[] => log.mock.calls.map(([line]: unknown[]) => String(line));

  it('serves mail and text messages', () => {
    expect(consoleNotifier().channels).toEqual(['email', 'sms']);
  });

  it('writes a block for people in a terminal', async () => {
    const notifier = consoleNotifier({ format: 'pretty' });
    await notifier.send(MAIL);
    await notifier.send(TEXT);
    const [mail, text] = written();
    expect(mail).toContain('Mail to ada@example.com: Reset your password\n');
    expect(mail).toContain('│ https://example.com/#token=abc\n');
    expect(text).toContain('Text message to +491701234567\n');
  });

  it('writes one line of JSON outside of a terminal, without the HTML', async () => {
    await consoleNotifier({ format: 'json' }).send(MAIL);
    const [line = ''] = written();
    expect(line).not.toContain('\n');
    const { html: _, ...rest } = MAIL;
    expect(JSON.parse(line)).toEqual({ message: 'notification', ...rest });
  });

  it('depends on the terminal unless it is configured', async () => {
    const { isTTY } = process.stdout;
    try {
      for (const terminal of [true, false]) {
        process.stdout.isTTY = terminal;
        await consoleNotifier().send(TEXT);
      }
    } finally {
      process.stdout.isTTY = isTTY;
    }
    expect(written().map((line) => line.startsWith('{'))).toEqual([false, true]);
  });
});
