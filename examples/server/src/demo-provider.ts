import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Provider } from '@sallyport/core';
import { oidc } from '@sallyport/providers';
import { SettingsError } from './environment.js';
import { listen, portOf } from './server.js';
import type { Settings } from './settings.js';

/** The flag of the start command that starts it. */
export const DEMO_FLAG = '--with-demo-provider';
const CLIENT_ID = 'sallyport-example';
/** The mount paths of the library's routes: for programs, and for the page. */
const MOUNTS = ['/auth', '/web/auth'];

export interface DemoProvider {
  readonly issuer: string;
  /** For the library's `providers`. */
  readonly provider: Provider;
  readonly close: () => void;
}

/**
 * A real OpenID provider on this machine, to try out such logins without an account elsewhere. It accepts any name and password, and
 * treats `NAME@demo.example` as verified, so it refuses to run in production. Its port must not change, because the issuer is part of
 * each identity. Throws `SettingsError`.
 */
export async function openDemoProvider({ isProduction, baseUrl, port }: Pick<Settings, 'isProduction' | 'baseUrl' | 'port'>): Promise<DemoProvider> {
  if (isProduction) throw new SettingsError([`${DEMO_FLAG} is for development only: it lets anyone log in as anyone.`]);
  if (baseUrl === undefined) throw new SettingsError([`BASE_URL is required with ${DEMO_FLAG}, which redirects browsers there.`]);
  const { Provider: OpenIdProvider } = await import('oidc-provider');
  // The provider must know its issuer, and so the port.
  let handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = await listen({ port, host: '127.0.0.1' }, (request, response) => handler(request, response));
  const issuer = `http://127.0.0.1:${portOf(server)}`;
  const clientSecret = randomUUID();
  const serve = new OpenIdProvider(issuer, {
    clients: [{
      client_id: CLIENT_ID,
      client_secret: clientSecret,
      client_name: 'Sallyport example',
      redirect_uris: MOUNTS.map((mount) => `${baseUrl}${mount}/providers/demo/callback`),
      token_endpoint_auth_method: 'client_secret_post',
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: [randomUUID()] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, name) => ({
      accountId: name,
      claims: () => ({ sub: name, name, email: `${localPartOf(name)}@demo.example`, email_verified: true }),
    }),
  }).callback();
  handler = (request, response) => void serve(request, response);
  return {
    issuer,
    // Asks for a name each time, so that one person can try several accounts.
    provider: oidc({ name: 'Demo ID', issuer, clientId: CLIENT_ID, clientSecret, parameters: { prompt: 'login' } }),
    close: () => server.close().closeAllConnections(),
  };
}

function localPartOf(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['somebody'];
  return words.join('.').slice(0, 60);
}
