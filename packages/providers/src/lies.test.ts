import { createHash } from 'node:crypto';
import { ConfigError, createAuth } from '@sallyport/core';
import type { ProviderIdentity } from '@sallyport/core';
import { createMemoryStore, fakeClock, inbox } from '@sallyport/core/testing';
import { UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { oidc } from './oidc.js';
import { CLIENT, lyingProvider, signWith } from './test-kit/lying-provider.js';
import type { Lies, LyingProvider } from './test-kit/lying-provider.js';

const REDIRECT_URI = 'https://api.example.com/auth/providers/liar/callback';
const VERIFIER = 'v'.repeat(43);
const ATTEMPT = { redirectUri: REDIRECT_URI, state: 's'.repeat(43), nonce: 'n'.repeat(43), signal: new AbortController().signal };

let liar: LyingProvider;
beforeAll(async () => {
  liar = await lyingProvider();
});
afterAll(async () => liar.close());
beforeEach(() => {
  liar.lie({});
});

/** One login with a provider that lies, from the start to the identity. */
async function logIn(lies: Lies, parameters: Readonly<Record<string, string>> = {}): Promise<ProviderIdentity> {
  const provider = oidc({ ...CLIENT, name: 'Liar', issuer: liar.issuer });
  liar.lie(lies);
  const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
  liar.expect(await provider.start({ ...ATTEMPT, codeChallenge }));
  return provider.finish({ ...ATTEMPT, codeVerifier: VERIFIER, parameters: { code: 'a code', state: ATTEMPT.state, iss: liar.issuer, ...parameters } });
}

const now = Math.floor(Date.now() / 1_000);

describe('an OpenID provider', () => {
  it('is believed if everything is correct', async () => {
    expect(await logIn({})).toEqual({
      issuer: liar.issuer, subject: 'subject of ada', email: 'ada@example.com', emailVerified: true, name: 'Ada',
    });
  });

  it.each<[string, Lies]>([
    ['another issuer', { claims: { iss: 'https://other.example' } }],
    ['another audience', { claims: { aud: 'another client' } }],
    ['several audiences, and another authorized party', { claims: { aud: [CLIENT.clientId, 'another'], azp: 'another' } }],
    ['another nonce', { claims: { nonce: 'm'.repeat(43) } }],
    ['no nonce', { without: ['nonce'] }],
    ['no subject', { without: ['sub'] }],
    ['an empty subject', { claims: { sub: '' } }],
    ['an overlong subject', { claims: { sub: 'a'.repeat(300) } }],
    ['an expired token', { claims: { iat: now - 600, exp: now - 300 } }],
    ['a token that is not valid yet', { claims: { nbf: now + 300 } }],
    ['no expiry', { without: ['exp'] }],
    ['the signature of another key', { sign: (payload, { stolen }) => signWith(stolen, payload) }],
    ['a key that it has not published', { sign: (payload, { honest }) => signWith(honest, payload, { alg: 'ES256', kid: 'k2' }) }],
    ['no signature', { sign: async (payload) => new UnsecuredJWT(payload).encode() }],
    ['a signature by the client secret', { sign: (payload) => signWith(new TextEncoder().encode(CLIENT.clientSecret), payload, { alg: 'HS256' }) }],
    ['no token', { sign: async () => '' }],
    ['a malformed token', { sign: async () => 'a.b.c' }],
    ['another issuer in its metadata', { discovery: { issuer: 'https://other.example' } }],
    ['the UserInfo of another subject', { without: ['email'], userInfo: { sub: 'another', email: 'ada@example.com', email_verified: true } }],
    ['an error for the code', { answer: refusing('/token', 400, '{"error":"invalid_grant"}') }],
    ['status 500', { answer: refusing('/token', 500, 'CANARY') }],
    ['a redirect', { answer: redirecting('/token') }],
    ['a token response over the size limit', { answer: flooding('/token') }],
    ['metadata over the size limit', { answer: flooding('/.well-known/openid-configuration') }],
    ['a key set over the size limit', { answer: flooding('/jwks') }],
  ])('X1: is not believed if it answers with %s', async (_name, lies) => {
    await expect(logIn(lies)).rejects.toBeInstanceOf(Error);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another issuer', { iss: 'https://other.example' }],
    ['another state', { state: 'another' }],
    ['no code', { code: '' }],
  ])('X1: its answer with %s is refused before the code is sent anywhere (RFC 9207)', async (_name, parameters) => {
    await expect(logIn({}, parameters)).rejects.toBeInstanceOf(Error);
    expect(liar.asked.slice(liar.asked.lastIndexOf('/.well-known/openid-configuration'))).not.toContain('/token');
  });

  it('X2: its address is verified only if it says so', async () => {
    for (const lies of [{ claims: { email_verified: false } }, { without: ['email_verified'] }]) {
      expect((await logIn(lies)).emailVerified).toBe(false);
    }
    expect((await logIn({ claims: { email_verified: 'true' } })).emailVerified).toBe(true);
    await expect(logIn({ claims: { email_verified: 'yes' } })).rejects.toThrow(/Invalid/);
  });

  it('X2: an address from its UserInfo endpoint is verified only if that endpoint says so', async () => {
    const userInfo = { email: 'bob@example.com', email_verified: false };
    expect(await logIn({ without: ['email'], userInfo })).toMatchObject({ email: 'bob@example.com', emailVerified: false });
    expect(await logIn({ without: ['email'], userInfo: { email: 'bob@example.com' } })).toMatchObject({ emailVerified: false });
    expect(await logIn({ without: ['email', 'email_verified'], userInfo: { ...userInfo, email_verified: true } })).toMatchObject({ emailVerified: true });
    expect(await logIn({ without: ['email'], userInfo: { email_verified: true } })).toMatchObject({ email: null, emailVerified: false });
  });

  it('X4: its tokens are not returned by default', async () => {
    expect(await logIn({})).not.toHaveProperty('tokens');
  });

  it('is asked for its metadata once, at the first login, and again after it was down', async () => {
    liar.asked.length = 0;
    const provider = oidc({ ...CLIENT, name: 'Liar', issuer: liar.issuer });
    expect(liar.asked).toEqual([]);
    const start = async (): Promise<string> => provider.start({ ...ATTEMPT, codeChallenge: 'c'.repeat(43) });
    liar.lie({ answer: refusing('/.well-known/openid-configuration', 503, '') });
    for (let n = 0; n < 2; n += 1) await expect(start()).rejects.toBeInstanceOf(Error);
    expect(liar.asked).toHaveLength(1);
    liar.lie({});
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    await Promise.all([start(), start(), start()]);
    expect(liar.asked).toHaveLength(2);
  });

  it('is cut off if it hangs', async () => {
    const clock = fakeClock();
    const auth = createAuth({
      secret: 'the secret of tests, 32 bytes long or more', store: createMemoryStore(), notifier: inbox(), logger: false, clock,
      baseUrl: 'https://api.example.com', urls: { providerReturn: 'https://app.example.com/return' },
      providers: { liar: oidc({ ...CLIENT, name: 'Liar', issuer: liar.issuer }) },
    });
    liar.asked.length = 0;
    liar.lie({ answer: () => true });
    const outcome = auth.api.startProvider({ provider: 'liar' }).catch((error: unknown) => error);
    await vi.waitFor(() => expect(liar.asked).toHaveLength(1));
    await clock.advance(10_000);
    expect(await outcome).toMatchObject({ code: 'PROVIDER_FAILED' });
    await auth.close();
  });
});

describe('the options of oidc', () => {
  it('are refused with every fault at once, and allow plain http on this machine only', () => {
    expect(() => oidc({ clientId: '', name: ' ', issuer: 'https://id.example.com' })).toThrow(ConfigError);
    for (const issuer of ['http://id.example.com', 'id.example.com', 'ftp://localhost', 'http://localhost.evil.example']) {
      expect(() => oidc({ clientId: 'a', name: 'A', issuer })).toThrow(/issuer/);
    }
  });
});

function refusing(path: string, status: number, body: string): NonNullable<Lies['answer']> {
  return (asked, response) => {
    if (asked !== path) return false;
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    return true;
  };
}

function redirecting(path: string): NonNullable<Lies['answer']> {
  return (asked, response) => {
    if (asked !== path) return false;
    response.writeHead(307, { Location: `${liar.issuer}/elsewhere` }).end();
    return true;
  };
}

function flooding(path: string): NonNullable<Lies['answer']> {
  return (asked, response) => {
    if (asked !== path) return false;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(`{"a":"${'a'.repeat(600 * 1024)}"}`);
    return true;
  };
}
