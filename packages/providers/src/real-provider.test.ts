import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAuth } from '@sallyport/core';
import { createMemoryStore, inbox } from '@sallyport/core/testing';
import { Provider as RealProvider } from 'oidc-provider';
import { expect, it, onTestFinished } from 'vitest';
import { oidc } from './oidc.js';

const CLIENT = { clientId: 'sallyport', clientSecret: 'the secret of the client' };
const RETURN_PAGE = 'https://app.example.com/return';
const BASE_URL = 'https://api.example.com';

/** `oidc-provider`, where Ada is logged in and agrees to everything. */
async function realProvider(): Promise<string> {
  let handler = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const issuer = `http://127.0.0.1:${address.port}`;
  const provider = new RealProvider(issuer, {
    clients: [{
      client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [`${BASE_URL}/auth/providers/real/callback`],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of the test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' }) }),
  });
  const serve = provider.callback();
  const agree = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: 'account of ada' } });
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid email profile');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  };
  handler = (request, response) => void (request.url?.startsWith('/interaction/') ? agree(request, response) : serve(request, response));
  return issuer;
}

/** Follows the provider's redirects as a browser does, up to the callback. */
async function browse(from: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = from;
  for (let hops = 0; hops < 12; hops += 1) {
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    url = new URL(response.headers.get('location') ?? '', url).href;
    if (url.startsWith(BASE_URL)) return new URL(url);
  }
  throw new Error('the provider did not redirect to the callback');
}

interface Body {
  readonly data: { readonly url: string; readonly accessToken: string };
}

async function read(response: Response): Promise<Body> {
  const body: Body = JSON.parse(await response.text());
  return body;
}

it('X1: a user logs in with a real provider, oidc-provider, whose answer is accepted once', async () => {
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more', store: createMemoryStore(), notifier: inbox(), logger: false, passwords: { cost: 4 },
    baseUrl: BASE_URL, urls: { providerReturn: RETURN_PAGE },
    providers: { real: oidc({ ...CLIENT, name: 'Real', issuer: await realProvider() }) },
  });
  onTestFinished(() => auth.close());
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    auth.fetch(new Request(`${BASE_URL}/auth${path}`, init), { ip: '192.0.2.1' });
  const post = async (path: string, body: object, cookie = ''): Promise<Response> =>
    ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', cookie } });

  const started = await post('/providers/real/start', {});
  const cookie = started.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const { url } = (await read(started)).data;
  const back = await browse(url);
  expect([...back.searchParams.keys()].toSorted()).toEqual(['code', 'iss', 'state']);
  const callback = async (): Promise<URLSearchParams> => {
    const response = await ask(`/providers/real/callback${back.search}`, { headers: { cookie } });
    return new URLSearchParams(new URL(response.headers.get('location') ?? '').hash.slice(1));
  };
  const code = (await callback()).get('code');
  expect((await callback()).get('error')).toBe('INVALID_LOGIN_TOKEN');
  const { data } = await read(await post('/providers/exchange', { code }, cookie));
  expect(data).toMatchObject({ isNewUser: true, auth: { status: 'BASIC_AUTH' } });
  const { user } = await auth.api.me({}, { accessToken: data.accessToken });
  expect(user).toMatchObject({ email: 'ada@example.com', emailVerified: true, name: 'Ada Lovelace' });
});
