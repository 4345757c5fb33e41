import { describe, expect, it } from 'vitest';
import { mailbox, readSender } from './sender.js';

const made = (from: string): string => mailbox(readSender('aNotifier', from));

describe('readSender and mailbox', () => {
  it.each([
    ['mail@example.com', 'mail@example.com'],
    ['  <mail@example.com> ', 'mail@example.com'],
    ['Example <mail@example.com>', 'Example <mail@example.com>'],
    ['Example   Mail<mail@example.com>', 'Example Mail <mail@example.com>'],
    ['Acme, Inc. <mail@acme.example>', '"Acme, Inc." <mail@acme.example>'],
    ['"Acme, Inc." <mail@acme.example>', '"Acme, Inc." <mail@acme.example>'],
    ['"Acme" <mail@acme.example>', 'Acme <mail@acme.example>'],
    ['"Acme" Inc <mail@acme.example>', 'Acme Inc <mail@acme.example>'],
    ['Acme (support) <mail@acme.example>', '"Acme (support)" <mail@acme.example>'],
    ['Team @ Acme <mail@acme.example>', '"Team @ Acme" <mail@acme.example>'],
    ['7" Records <mail@acme.example>', String.raw`"7\" Records" <mail@acme.example>`],
    [String.raw`"The \"Acme\" \\ Co" <mail@acme.example>`, String.raw`"The \"Acme\" \\ Co" <mail@acme.example>`],
    ['"<b>" <mail@acme.example>', '"<b>" <mail@acme.example>'],
    ['Müller & Söhne <mail@acme.example>', 'Müller & Söhne <mail@acme.example>'],
    ['Müller, Söhne 🦦 <mail@acme.example>', '"Müller, Söhne 🦦" <mail@acme.example>'],
    ['Größe <mail@größe.example>', 'Größe <mail@xn--gre-6ka8i.example>'],
  ])('formats %s as the mailbox %s', (from, expected) => {
    expect(made(from)).toBe(expected);
    expect(made(expected)).toBe(expected);
  });

  it.each([
    '',
    'Example',
    'Example <>',
    'Example <mail>',
    'mail@',
    '@example.com',
    'a b@example.com',
    'a..b@example.com',
    'mail@exa mple.com',
    'Example mail@example.com',
    'mail@example.com (Example)',
    'mail@example.com, eve@example.net',
    'Example <mail@example.com>, Eve <eve@example.net>',
    'Example <mail@example.com, eve@example.net>',
    'Example\r\nBcc: eve@example.net <mail@example.com>',
    '"Example\nBcc: eve@example.net" <mail@example.com>',
    'Example\u2028Bcc <mail@example.com>',
    'Example\0 <mail@example.com>',
    'Example \ud800 <mail@example.com>',
    'mail@example.com\r\nBcc: eve@example.net',
  ])('refuses %j', (from) => {
    expect(() => readSender('aNotifier', from)).toThrow('aNotifier cannot start:\n  - from: must be an address');
  });
});
