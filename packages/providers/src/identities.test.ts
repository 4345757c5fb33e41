import { Configuration } from 'openid-client';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, decodeProtectedHeader, exportPKCS8, generateKeyPair, importSPKI, exportSPKI, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { appleClientAuth } from './apple.js';
import { apple, github, google, microsoft } from './index.js';
import { googleIdentity } from './google.js';
import { lazyConfiguration } from './lazy-configuration.js';
import { microsoftIdentity } from './microsoft.js';

const SECRETS = { clientId: 'the client', clientSecret: 'the secret' };
const TENANT = '11111111-2222-3333-4444-555555555555';

describe('Google', () => {
  it('X2: has verified addresses at Gmail and in a Workspace only', () => {
    const claims = { iss: 'https://accounts.google.com', sub: '1', email_verified: true };
    expect(googleIdentity({ ...claims, email: 'ada@gmail.com' }, undefined).emailVerified).toBe(true);
    expect(googleIdentity({ ...claims, email: 'ada@work.example', hd: 'work.example' }, undefined).emailVerified).toBe(true);
    expect(googleIdentity({ ...claims, email: 'ada@example.com' }, undefined).emailVerified).toBe(false);
    expect(googleIdentity({ ...claims, email: 'ada@notgmail.com' }, undefined).emailVerified).toBe(false);
    expect(googleIdentity({ ...claims, email: 'ada@gmail.com', email_verified: false }, undefined).emailVerified).toBe(false);
  });

  it('admits only accounts whose `hd` claim is the hosted domain', () => {
    const claims = { iss: 'https://accounts.google.com', sub: '1', email: 'ada@work.example', email_verified: true };
    expect(() => googleIdentity(claims, 'work.example')).toThrow(/domain/);
    expect(() => googleIdentity({ ...claims, hd: 'other.example' }, 'work.example')).toThrow(/domain/);
    expect(googleIdentity({ ...claims, hd: 'work.example' }, 'work.example').subject).toBe('1');
  });
});

describe('Microsoft', () => {
  const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`;

  it('X2: never has a verified address, whatever the tenant claims (nOAuth)', () => {
    const identity = microsoftIdentity({ iss, sub: '1', tid: TENANT, email: 'ada@example.com', email_verified: true }, undefined);
    expect(identity).toMatchObject({ issuer: iss, email: 'ada@example.com', emailVerified: false });
  });

  it('X1: must have the issuer of its tenant, and a configured tenant', () => {
    expect(() => microsoftIdentity({ iss, sub: '1', tid: 'another' }, undefined)).toThrow(/tenant/);
    expect(() => microsoftIdentity({ iss, sub: '1' }, undefined)).toThrow(/tenant/);
    expect(() => microsoftIdentity({ iss, sub: '1', tid: TENANT }, ['another'])).toThrow(/tenant/);
    expect(microsoftIdentity({ iss, sub: '1', tid: TENANT }, [TENANT]).issuer).toBe(iss);
    expect(() => microsoft({ ...SECRETS, tenant: '../x' })).toThrow(/tenant/);
  });
});

describe('Apple', () => {
  it('signs a client secret with the key for each request', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const pem = (await exportPKCS8(privateKey)).replaceAll('\n', '\\n');
    const options = { clientId: 'com.example.app', teamId: 'TEAM', keyId: 'KEY', privateKey: pem };
    const body = new URLSearchParams();
    await appleClientAuth(options)({ issuer: 'https://appleid.apple.com' }, { client_id: 'x' }, body, new Headers());
    const secret = body.get('client_secret') ?? '';
    expect(decodeProtectedHeader(secret)).toEqual({ alg: 'ES256', kid: 'KEY' });
    expect(decodeJwt(secret)).toMatchObject({ iss: 'TEAM', sub: 'com.example.app', aud: 'https://appleid.apple.com' });
    await jwtVerify(secret, await importSPKI(await exportSPKI(publicKey), 'ES256'));
    expect(body.get('client_id')).toBe('com.example.app');
    expect(apple(options).responseMode).toBe('form_post');
    expect(() => apple({ ...options, privateKey: 'x' })).toThrow(/privateKey/);
    expect(() => apple({ ...options, teamId: '' })).toThrow(/teamId/);
  });
});

describe('GitHub', () => {
  /** A server on this machine that acts as GitHub. */
  async function gitHub(emails: readonly object[]): Promise<string> {
    const answers: Readonly<Record<string, unknown>> = {
      '/login/oauth/access_token': { access_token: 'gho_x', token_type: 'bearer', scope: 'read:user,user:email' },
      '/user': { id: 42, login: 'ada', name: null, email: 'public@example.com' },
      '/user/emails': emails,
    };
    const server = createServer((request, response) => {
      request.resume();
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address: AddressInfo | string | null = server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  const ATTEMPT = { redirectUri: 'https://api.example.com/cb', state: 's', nonce: 'n', signal: new AbortController().signal };

  it('X2: identifies the account by its number, and uses the primary address only if it is verified', async () => {
    const cases = [
      [[{ email: 'old@example.com', primary: false, verified: true }, { email: 'ada@example.com', primary: true, verified: true }], 'ada@example.com', true],
      [[{ email: 'ada@example.com', primary: true, verified: false }, { email: 'old@example.com', primary: false, verified: true }], null, false],
    ] as const;
    for (const [emails, email, emailVerified] of cases) {
      const baseUrl = await gitHub(emails);
      const provider = github({ ...SECRETS, baseUrl, apiUrl: baseUrl });
      const url = new URL(await provider.start({ ...ATTEMPT, codeChallenge: 'c' }));
      expect(Object.fromEntries(url.searchParams)).toMatchObject({ scope: 'read:user user:email', state: 's', code_challenge: 'c', code_challenge_method: 'S256' });
      const finish = provider.finish({ ...ATTEMPT, codeVerifier: 'v', parameters: { code: 'x', state: 's' } });
      expect(await finish).toEqual({ issuer: baseUrl, subject: '42', email, emailVerified, name: 'ada' });
      await expect(provider.finish({ ...ATTEMPT, codeVerifier: 'v', parameters: { code: 'x', state: 's', iss: 'https://other.example' } })).rejects.toThrow('invalid response');
    }
  });

  it('X4: returns its tokens only with keepTokens', async () => {
    const baseUrl = await gitHub([]);
    const provider = github({ ...SECRETS, baseUrl, apiUrl: baseUrl, keepTokens: true });
    const { tokens } = await provider.finish({ ...ATTEMPT, codeVerifier: 'v', parameters: { code: 'x', state: 's' } });
    expect(tokens).toMatchObject({ access_token: 'gho_x' });
  });

  it('requires the client id and secret', () => {
    expect(() => github({ clientId: 'a', clientSecret: '' })).toThrow(/clientSecret/);
    expect(() => google({ clientId: '', clientSecret: 'a' })).toThrow(/clientId/);
  });
});

describe('discovery', () => {
  it('waits longer after each failure', async () => {
    let now = 0;
    let calls = 0;
    const get = lazyConfiguration({
      now: () => now,
      discover: async () => {
        calls += 1;
        throw new Error('down');
      },
    });
    for (const [at, expected] of [[0, 1], [999, 1], [1_000, 2], [2_999, 2], [3_000, 3]] as const) {
      now = at;
      await expect(get()).rejects.toThrow('down');
      expect(calls).toBe(expected);
    }
  });

  it('keeps the metadata that it has while a later discovery fails, and replaces it afterwards', async () => {
    const HOURS = 60 * 60 * 1_000;
    let now = 0;
    let isDown = false;
    let calls = 0;
    const get = lazyConfiguration({
      now: () => now,
      discover: async () => {
        calls += 1;
        if (isDown) throw new Error('down');
        return new Configuration({ issuer: `https://idp.example/${calls}` }, 'client');
      },
    });
    const found = async (): Promise<unknown> => [(await get()).serverMetadata().issuer, calls];
    expect(await found()).toEqual(['https://idp.example/1', 1]);
    now = 24 * HOURS - 1;
    expect(await found()).toEqual(['https://idp.example/1', 1]);
    isDown = true;
    now = 24 * HOURS;
    expect(await found()).toEqual(['https://idp.example/1', 2]);
    expect(await found()).toEqual(['https://idp.example/1', 2]);
    isDown = false;
    now += 1_000;
    expect(await found()).toEqual(['https://idp.example/3', 3]);
  });
});
