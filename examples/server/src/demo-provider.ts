import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { Provider } from '@sallyport/core';
import { oidc } from '@sallyport/providers';
import { SettingsError } from './environment.js';
import { listen, portOf } from './server.js';
import type { Settings } from './settings.js';

/** The flag of the start command that asks for it. */
export const DEMO_FLAG = '--with-demo-provider';
const CLIENT_ID = 'sallyport-example';
/** Where the library's routes are mounted: for programs, and for the page. */
const MOUNTS = ['/auth', '/web/auth'];

export interface DemoProvider {
  readonly issuer: string;
  /** For the library's `providers`. */
  readonly provider: Provider;
  readonly close: () => void;
}

/**
 * A real OpenID provider on this machine, for whoever wants to see such a login and has an account nowhere. It takes any name with any password,
 * and vouches for `NAME@demo.example`: so it is refused in production. It keeps its port, since an identity is known by the issuer.
 * Throws `SettingsError`.
 */
export async function openDemoProvider({ isProduction, baseUrl, port }: Pick<Settings, 'isProduction' | 'baseUrl' | 'port'>): Promise<DemoProvider> {
  if (isProduction) throw new SettingsError([`${DEMO_FLAG} is for development alone: with it, anybody can log in as anybody.`]);
  if (baseUrl === undefined) throw new SettingsError([`BASE_URL is needed with ${DEMO_FLAG}, which sends browsers back there.`]);
  const { Provider: OpenIdProvider } = await import('oidc-provider');
  // The provider has to know its issuer, and so the port.
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
    // Asks for a name each time: one person may try to be two.
    provider: oidc({ name: 'Demo ID', issuer, clientId: CLIENT_ID, clientSecret, parameters: { prompt: 'login' } }),
    close: () => server.close().closeAllConnections(),
  };
}

function localPartOf(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['somebody'];
  return words.join('.').slice(0, 60);
}
