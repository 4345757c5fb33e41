import { ConfigError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { combine } from './combine.js';
import { resendNotifier } from './resend.js';
import { sendgridNotifier } from './sendgrid.js';
import { smtpNotifier } from './smtp.js';
import { twilioNotifier } from './twilio.js';

/** Each function, as JavaScript can call it, with its required options. */
const MAKERS: readonly (readonly [string, (given: unknown) => unknown, readonly string[]])[] = [
  ['smtpNotifier', (given) => smtpNotifier(given as never), ['host', 'from']],
  ['resendNotifier', (given) => resendNotifier(given as never), ['apiKey', 'from']],
  ['sendgridNotifier', (given) => sendgridNotifier(given as never), ['apiKey', 'from']],
  ['twilioNotifier', (given) => twilioNotifier(given as never), ['accountSid', 'authToken', 'from']],
];

/** The error of a call, whether it throws or rejects. */
async function errorOf(make: () => unknown): Promise<unknown> {
  try {
    await make();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(MAKERS)('%s, called without types', (name, make, required) => {
  const faultsOf = async (given: unknown): Promise<readonly string[]> => {
    const error = await errorOf(() => make(given));
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).toMatch(new RegExp(`^${name} cannot start:\n`));
    expect(error.message).not.toContain('CANARY');
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  };

  it.each([undefined, null, {}])('names everything that is required if it is given %j', async (given) => {
    expect(await faultsOf(given)).toEqual(required.map((path) => `${path}: is required`));
  });

  it.each(['CANARY', 7, true, ['CANARY'], () => 'CANARY'])('wants an object in place of %j', async (given) => {
    expect(await faultsOf(given)).toEqual([expect.stringMatching(/^options: must be an object, as in /)]);
  });

  it('says that await is missing if it is given a promise', async () => {
    expect(await faultsOf(Promise.resolve({}))).toEqual(['options: is a promise: write await before what makes it']);
  });

  it('names every option of a wrong type at once', async () => {
    const wrong = Object.fromEntries(required.map((path) => [path, 7]));
    const places = (await faultsOf({ ...wrong, baseUrl: 'CANARY', timeoutMs: 'CANARY', port: 'CANARY', security: 'toString' })).map((fault) => fault.split(':')[0]);
    const others = name === 'smtpNotifier' ? ['security', 'port', 'timeoutMs'] : ['baseUrl', 'timeoutMs'];
    expect(places).toEqual([...required, ...others]);
  });
});

describe('numbers that are none', () => {
  it.each([Number.NaN, 0, -1, 1.5, 65_536, '587'])('are no port: %j', async (port) => {
    const error = await errorOf(() => smtpNotifier({ host: 'localhost', from: 'mail@example.com', port: port as number }));
    expect(error).toMatchObject({ name: 'ConfigError', issues: [{ path: 'port', message: 'must be a whole number from 1 to 65535' }] });
  });
});

describe('combine, called without types', () => {
  it.each([undefined, null, {}])('says what it needs if it is given %j', (given) => {
    expect(() => combine(given as never)).toThrow('combine cannot start:\n  - email: or sms is required');
  });

  it.each(['console', 7, []])('wants an object in place of %j', (given) => {
    expect(() => combine(given as never)).toThrow(ConfigError);
    expect(() => combine(given as never)).toThrow('combine cannot start:\n  - options: must be an object');
  });

  it.each([null, 'console', 7, () => undefined])('takes no %j for a notifier', (email) => {
    expect(() => combine({ email: email as never })).toThrow('combine cannot start:\n  - email: must be a notifier for email');
  });
});
