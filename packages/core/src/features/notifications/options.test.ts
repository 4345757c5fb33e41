import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../config.js';
import { ConfigError } from '../../errors.js';
import type { Environment } from '../../ports/environment.js';
import { systemEnvironment } from '../../ports/environment.js';
import { consoleNotifier } from '../../ports/console-notifier.js';
import { createMemoryStore } from '../../testing/memory/memory-store.js';

const MINIMAL = { secret: 'x'.repeat(32), store: createMemoryStore() };
const production: Environment = {
  ...systemEnvironment,
  variable: (name) => (name === 'NODE_ENV' ? 'production' : undefined),
};

function faultsOf(config: object, environment?: Environment): string[] {
  try {
    resolveConfig({ ...MINIMAL, ...config }, environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('the options of messages', () => {
  it('have defaults without a host or address', () => {
    const { appName, urls, messages } = resolveConfig(MINIMAL);
    expect({ appName, urls, messages }).toEqual({
      appName: 'Sallyport',
      urls: { passwordReset: undefined, emailVerification: undefined, invitation: undefined },
      messages: { locale: 'en', own: {} },
    });
  });

  it('L5: require a notifier in production, reported together with all other problems', () => {
    expect(faultsOf({}, production)).toEqual(['notifier is required in production, such as one of @sallyport/notifiers']);
    expect(faultsOf({ secret: 'short' }, production)).toHaveLength(2);
    expect(faultsOf({ notifier: consoleNotifier() }, production)).toEqual([]);
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    'example.com/reset',
    'javascript:alert(1)',
    'ftp://example.com/',
    'javascript:alert(1)',
    'data:text/html,{token}',
    'https://user:pass@example.com/reset',
  ])('refuse %s as a page', (passwordReset) => {
    expect(faultsOf({ urls: { passwordReset } })).toEqual([expect.stringContaining('urls.passwordReset must be the address of a page')]);
  });

  it.each(['', ' ', 'two\r\nlines', 'x'.repeat(65)])('refuse %j as a name', (appName) => {
    expect(faultsOf({ appName })).toEqual(['appName must be 1 to 64 characters in one line']);
  });

  it.each([
    [{ locale: 'fr' }, 'messages.locale must be en, de or a language that is given in messages'],
    [{ locale: 'toString' }, 'messages.locale must be en, de or a language that is given in messages'],
    [{ de: { 'pasword-reset': (): object => ({}) } }, 'messages.de.pasword-reset is not a known key'],
    [{ de: { 'password-reset': 'text' } }, 'messages.de.password-reset must be a function from a message to { subject, text, html? }'],
    [{ de: { 'security-notice': { 'no-device': (): object => ({}) } } }, 'messages.de.security-notice.no-device is not a known key'],
  ])('refuse %o as custom messages', (messages, fault) => {
    expect(faultsOf({ messages })).toEqual([fault]);
  });

  it.each([{}, { send: String }, { send: String, channels: ['post'] }])('refuse %o as a notifier', (notifier: object) => {
    expect(faultsOf({ notifier })).toEqual(['notifier must be a Notifier: { send, channels }']);
  });
});
