import { generateKeyPairSync } from 'node:crypto';
import { ConfigError } from '@sallyport/core';
import { describe, expect, it } from 'vitest';
import { apple, github, google, microsoft, oidc } from './index.js';

const PEM = { type: 'pkcs8', format: 'pem' } as const;
const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM).toString();
const SECRETS = { clientId: 'the client', clientSecret: 'the secret' };

interface Maker {
  readonly make: (given: unknown) => unknown;
  readonly good: Readonly<Record<string, unknown>>;
  /** Wrong values of its own options. */
  readonly wrong: Readonly<Record<string, unknown>>;
}

const MAKERS: Readonly<Record<string, Maker>> = {
  google: { make: (given) => google(given as never), good: SECRETS, wrong: { hostedDomain: 7 } },
  github: { make: (given) => github(given as never), good: SECRETS, wrong: { baseUrl: 'CANARY', apiUrl: 'http://example.com' } },
  microsoft: { make: (given) => microsoft(given as never), good: SECRETS, wrong: { tenant: '../CANARY', tenants: 'CANARY' } },
  apple: { make: (given) => apple(given as never), good: { clientId: 'app', teamId: 'TEAM', keyId: 'KEY', privateKey: KEY }, wrong: {} },
  oidc: {
    make: (given) => oidc(given as never),
    good: { name: 'Work', issuer: 'https://id.example.com', clientId: 'the client' },
    wrong: { clientSecret: '', clientAuth: 'CANARY' },
  },
};

describe.each(Object.entries(MAKERS))('%s, called without types', (provider, { make, good, wrong }) => {
  const required = Object.keys(good);
  const faultsOf = (given: unknown): readonly string[] => {
    try {
      make(given);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      expect(error.message).toMatch(new RegExp(`^${provider} cannot be configured:\n`));
      expect(error.message).not.toContain('CANARY');
      return error.issues.map(({ path, message }) => `${path}: ${message}`);
    }
    return [];
  };
  const placesOf = (given: unknown): readonly string[] => faultsOf(given).map((fault) => fault.split(':')[0] ?? '');

  it.each([undefined, null, {}])('names everything that is required if it is given %j', (given) => {
    expect(faultsOf(given).toSorted()).toEqual(required.map((path) => `${path}: is required, and must be a string`).toSorted());
  });

  it.each(['CANARY', 7, true, ['CANARY'], () => 'CANARY'])('wants an object in place of %j', (given) => {
    expect(faultsOf(given)).toEqual(['options: must be an object, as in { clientId, clientSecret }']);
  });

  it('says that await is missing if it is given a promise', () => {
    expect(faultsOf(Promise.resolve(good))).toEqual(['options: is a promise: write await before what makes it']);
  });

  it('names every option of a wrong type at once', () => {
    const common = { scopes: 'openid CANARY', parameters: ['CANARY'], keepTokens: 'yes' };
    const places = placesOf({ ...Object.fromEntries(required.map((path) => [path, 7])), ...common, ...wrong });
    expect([...new Set(places)].toSorted()).toEqual([...required, ...Object.keys(common), ...Object.keys(wrong)].toSorted());
    expect(placesOf({ ...good, name: 7 })).toContain('name');
  });

  it('takes what is right, with the line breaks in which secrets of files end', () => {
    expect(faultsOf(good)).toEqual([]);
    expect(faultsOf(Object.fromEntries(Object.entries(good).map(([path, value]) => [path, `${String(value)}\n`])))).toEqual([]);
  });
});

it.each([
  ['no key', 'CANARY'],
  ['a public key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ['a key of RSA', generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export(PEM).toString()],
  ['another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export(PEM).toString()],
])('apple says at the start that its key is wrong: %s', (_, privateKey) => {
  expect(() => apple({ clientId: 'app', teamId: 'TEAM', keyId: 'KEY', privateKey })).toThrow('  - privateKey: must be the text of a .p8 file of Apple');
});

it('sends ids and secrets without the line break at their end', async () => {
  const provider = github({ clientId: 'the-client\n', clientSecret: 'the secret\n' });
  const url = new URL(await provider.start({ redirectUri: 'https://api.example.com', state: 's', nonce: 'n', codeChallenge: 'c', signal: new AbortController().signal }));
  expect(url.searchParams.get('client_id')).toBe('the-client');
});
