import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../config.js';
import type { AuthConfig } from '../../../auth-config.js';
import { createContext } from '../../../create-context.js';
import type { Channel, Notification } from '../../../ports/notifier.js';
import { seal } from '../../../crypto/sealed.js';
import { fakeClock } from '../../../testing/fake-clock.js';
import { inbox } from '../../../testing/inbox.js';
import { createMemoryStore } from '../../../testing/memory/memory-store.js';
import type { MessageContent, SecurityNotice } from '../../../model/outgoing-message.js';
import { openMessage } from '../seal-message.js';
import { toGsm7 } from './gsm7.js';

const TOKEN = 'ab12'.repeat(16);
const AT = Date.UTC(2026, 7, 6, 23, 59);
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const URLS = {
  passwordReset: 'https://example.com/reset?from=mail',
  emailVerification: 'https://example.com/verify',
  invitation: 'https://example.com/welcome',
};
const NOTICES: readonly SecurityNotice[] = [
  'new-device',
  'account-removed',
  'password-changed',
  'password-reset',
  'email-changed',
  'email-change-requested',
  'two-factor-enabled',
  'two-factor-disabled',
  'backup-code-used',
  'backup-codes-low',
  'backup-codes-replaced',
  'admin-password-guessed',
];

const notice = (kind: SecurityNotice, fields: object = {}): MessageContent => ({
  kind: 'security-notice',
  notice: kind,
  at: AT,
  ip: '192.0.2.7',
  userAgent: FIREFOX,
  ...fields,
});
const withToken = (kind: 'password-reset' | 'invitation' | 'email-verification' | 'email-change'): MessageContent => ({
  kind,
  token: TOKEN,
  expiresAt: AT,
});

const EVERY: readonly MessageContent[] = [
  { kind: 'two-factor-code', code: '914273', expiresAt: AT },
  withToken('password-reset'),
  withToken('invitation'),
  withToken('email-verification'),
  withToken('email-change'),
  { kind: 'registration-attempt' },
  ...NOTICES.map((kind) => notice(kind, { backupCodesRemaining: 3 })),
];
const nameOf = (content: MessageContent): string => (content.kind === 'security-notice' ? content.notice : content.kind);
const EVERY_BY_NAME = EVERY.map((content) => [nameOf(content), content] as const);

interface Setup extends Partial<AuthConfig> {
  readonly channel?: Channel;
  readonly log?: unknown[];
}

/** The message as the notifier receives it: sealed, opened again and composed. */
function compose(content: MessageContent, { channel = 'email', log = [], ...options }: Setup = {}): Notification {
  const note = (message: string, fields: unknown): void => void log.push(message, fields);
  const config = {
    secret: 'x'.repeat(32),
    store: createMemoryStore(),
    clock: fakeClock(AT - 60_000),
    notifier: inbox(),
    logger: { error: note, warn: note, info: note, http: note, debug: note },
    appName: 'Example',
    ...options,
  };
  const { context } = createContext(config, resolveConfig(config));
  const to = channel === 'email' ? 'ada@example.com' : '+491701234567';
  const row = context.sealMessage({ userId: null, channel, to, content });
  expect(row.sealedMessage).not.toContain('example.com');
  const message = openMessage(context, row);
  if (message === null) throw new Error('it cannot be opened');
  return message;
}

describe('a message that an earlier version sealed, with its text', () => {
  it('F2: is delivered unchanged', () => {
    const config = { secret: 'x'.repeat(32), store: createMemoryStore(), notifier: inbox(), logger: false } as const;
    const { context } = createContext(config, resolveConfig(config));
    const notification: Notification = { id: 'an-id', kind: 'registration-attempt', channel: 'email', to: 'ada@example.com', subject: 'Hello', text: 'As it was.', data: {} };
    const sealedMessage = seal(context, { plain: JSON.stringify(notification), context: 'outbox:an-id' });
    expect(openMessage(context, { id: 'an-id', sealedMessage })).toEqual(notification);
    expect(openMessage(context, { id: 'another', sealedMessage })).toBeNull();
  });
});

describe.each(['en', 'de'])('every message in %s', (locale) => {
  const options = { messages: { locale }, urls: URLS };

  it.each(EVERY_BY_NAME)('%s: has a one-line subject, text and HTML, and names the application', (_, content) => {
    const { subject = '', text, html = '', kind } = compose(content, options);
    expect(kind).toBe(content.kind);
    expect(subject.length).toBeGreaterThan(8);
    expect(subject.length).toBeLessThan(90);
    expect(`${subject}${text}${html}`).not.toMatch(/undefined|null|NaN|\[object/);
    for (const part of [subject, text, html]) expect(part).toContain('Example');
    expect(html).toContain(`<html lang="${locale}">`);
  });

  it.each(EVERY_BY_NAME)('%s: loads nothing, runs nothing, and fits on a phone', (_, content) => {
    const { html = '' } = compose(content, options);
    expect(html).not.toMatch(/<(img|script|link|iframe|object|video|audio|form|style)\b/i);
    expect(html).not.toMatch(/\b(src|srcset|background)=|url\(|@import|\son\w+=/i);
    expect(html).toContain('name="viewport" content="width=device-width');
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toHaveLength('token' in content ? 1 : 0);
  });

  it.each(EVERY_BY_NAME)('%s: has its own text, without English in German', (_, content) => {
    const texts = EVERY.map((other) => compose(other, options).text);
    expect(texts.filter((text) => text === compose(content, options).text)).toHaveLength(1);
    expect(compose(content, options).text === compose(content, { urls: URLS }).text).toBe(locale === 'en');
  });

  it('states a code and its expiry in at most 160 characters of GSM-7', () => {
    const appName = 'Łódź – Öffentliche Bücherhallen & Архив';
    const [code] = EVERY as [MessageContent];
    const { text, subject, html } = compose(code, { ...options, appName, channel: 'sms' });
    expect(text).toBe(toGsm7(text));
    expect(text.length).toBeLessThanOrEqual(160);
    expect(text).toMatch(/^914273 .*23:59 UTC/);
    expect([subject, html]).toEqual([undefined, undefined]);
  });

  it.each(EVERY_BY_NAME)('%s: also fits in one text message of the basic alphabet, except for a token', (_, content) => {
    const { text } = compose(content, { ...options, channel: 'sms' });
    expect(text).toBe(toGsm7(text));
    expect(text).not.toContain('\n');
    expect(text.replace(TOKEN, '').length).toBeLessThanOrEqual(160);
  });
});

describe('links', () => {
  it.each([
    ['password-reset', URLS.passwordReset],
    ['invitation', URLS.invitation],
    ['email-verification', URLS.emailVerification],
    ['email-change', URLS.emailVerification],
  ] as const)('R4: %s links to the configured page, with the token in the fragment', (kind, page) => {
    const { text, html, data } = compose(withToken(kind), { urls: URLS });
    const url = `${page}#token=${TOKEN}`;
    expect(text).toContain(`\n${url}\n`);
    expect(html).toContain(`href="${url}"`);
    expect(data).toEqual({ token: TOKEN, expiresAt: '2026-08-06T23:59:00.000Z', url });
  });

  it('R4: contain the token as a code to paste if the page is not configured', () => {
    const { text, html = '', data } = compose(withToken('password-reset'), { baseUrl: 'https://auth.example.com' });
    expect(text).toContain(`    ${TOKEN}\n`);
    expect(html).toContain(TOKEN);
    expect(`${text}${html}`).not.toContain('http');
    expect(data).toEqual({ token: TOKEN, expiresAt: '2026-08-06T23:59:00.000Z' });
  });
});

describe('notices', () => {
  it('state time in UTC, device and address', () => {
    const { text, data } = compose(notice('new-device'));
    expect(text).toContain('When: 6 Aug 2026, 23:59 UTC\nDevice: Firefox on Windows\nIP address: 192.0.2.7\n');
    expect(data).toMatchObject({ notice: 'new-device', at: '2026-08-06T23:59:00.000Z', ip: '192.0.2.7' });
    expect(compose(notice('new-device'), { messages: { locale: 'de' } }).text).toContain(
      'Wann: 06.08.2026, 23:59 UTC\nGerät: Firefox auf Windows\nIP-Adresse: 192.0.2.7\n',
    );
  });

  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1', 'Safari on iPhone'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/138.0.0.0 Mobile Safari/537.36', 'Chrome on Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0', 'Edge on macOS'],
    ['okhttp/4.12 (Linux)', 'Linux'],
  ])('name the device of the user agent %s', (userAgent, device) => {
    expect(compose(notice('new-device', { userAgent })).text).toContain(`Device: ${device}\n`);
  });

  it('repeat nothing that the client sent', () => {
    const userAgent = 'Your account is locked: visit https://evil.example <a href="https://evil.example">now</a>';
    const { text, html } = compose(notice('new-device', { userAgent, ip: 'https://evil.example' }));
    expect(`${text}${html}`).not.toContain('evil');
    expect(text).not.toMatch(/Device|IP address/);
  });
});

describe('escaping', () => {
  it('escapes names and pages', () => {
    const appName = `<img src=x onerror="alert('1')"> & Söhne`;
    const urls = { passwordReset: `https://example.com/?a="><script>alert(1)</script>&b='` };
    const { html = '', text, subject } = compose(withToken('password-reset'), { appName, urls });
    expect(html).not.toMatch(/<img|<script|onerror="/);
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; Söhne');
    expect([...html.matchAll(/href="([^"]*)"/g)]).toHaveLength(1);
    expect(text).toContain(appName);
    expect(subject).toContain(appName);
  });

  it('removes line breaks from a subject', () => {
    const messages = { en: { 'registration-attempt': () => ({ subject: 'Hello\r\nBcc: eve@example.net', text: 'x' }) } };
    expect(compose({ kind: 'registration-attempt' }, { messages }).subject).toBe('Hello Bcc: eve@example.net');
  });
});

describe('custom messages', () => {
  const reset = withToken('password-reset');

  it('replace one message, receive all of its data, and leave the others', () => {
    let told: unknown;
    const messages = {
      en: {
        'password-reset': (message: object) => {
          told = message;
          return { subject: 'Oops', text: 'Again.' };
        },
      },
    };
    expect(compose(reset, { messages, urls: URLS })).toMatchObject({ subject: 'Oops', text: 'Again.' });
    expect(compose(reset, { messages, urls: URLS })).not.toHaveProperty('html');
    expect(told).toEqual({
      kind: 'password-reset',
      token: TOKEN,
      expiresAt: AT,
      appName: 'Example',
      channel: 'email',
      url: `${URLS.passwordReset}#token=${TOKEN}`,
    });
    expect(compose(withToken('invitation'), { messages }).subject).toBe('You are invited to Example');
  });

  it('replace one notice among the others', () => {
    const messages = { locale: 'de', de: { 'security-notice': { 'new-device': () => ({ subject: 'Neu', text: 'Hier.', html: '<p>Hier.' }) } } };
    expect(compose(notice('new-device'), { messages })).toMatchObject({ subject: 'Neu', html: '<p>Hier.' });
    expect(compose(notice('password-changed'), { messages }).subject).toBe('Ihr Passwort wurde geändert (Example)');
  });

  it('may be in another language, which falls back to the application’s templates and then to English', () => {
    const messages = {
      locale: 'fr',
      fr: { 'password-reset': () => ({ subject: 'Mot de passe', text: 'Ici.' }) },
      en: { invitation: () => ({ subject: 'Come in', text: 'Here.' }) },
    };
    expect(compose(reset, { messages }).subject).toBe('Mot de passe');
    expect(compose(withToken('invitation'), { messages }).subject).toBe('Come in');
    expect(compose(withToken('email-change'), { messages }).subject).toBe('Confirm your new email address for Example');
  });

  it.each([
    ['throws', () => { throw new TypeError(`no ${TOKEN}`); }],
    ['returns no text', () => ({ subject: 'x' })],
  ])('fall back to the library’s if a function %s, which is logged without the error’s message', (_, broken) => {
    const log: unknown[] = [];
    const messages = { en: { 'password-reset': broken } } as unknown as AuthConfig['messages'];
    expect(compose(reset, { messages, log }).subject).toBe('Reset your Example password');
    expect(log).toHaveLength(2);
    expect(JSON.stringify(log)).not.toContain(TOKEN);
  });
});
