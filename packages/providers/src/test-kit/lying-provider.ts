import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server, ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWTPayload } from 'jose';

export const CLIENT = { clientId: 'the client', clientSecret: 'the secret of the client, 32 bytes long or more' };

/** The false values that the provider sends. */
export interface Lies {
  readonly claims?: JWTPayload;
  /** Claims to omit. */
  readonly without?: readonly string[];
  /** What the UserInfo endpoint answers besides the subject. */
  readonly userInfo?: Readonly<Record<string, unknown>>;
  readonly sign?: (payload: JWTPayload, keys: Keys) => Promise<string>;
  readonly discovery?: Readonly<Record<string, unknown>>;
  readonly answer?: (path: string, response: ServerResponse) => boolean;
}

export interface Keys {
  readonly honest: CryptoKey;
  readonly stolen: CryptoKey;
}

export interface LyingProvider {
  readonly issuer: string;
  /** The requested paths, in order. */
  readonly asked: string[];
  lie(lies: Lies): void;
  /** Stores the nonce of the current login. */
  expect(url: string): void;
  close(): Promise<void>;
}

/** An OpenID provider that sends true values until told otherwise. */
export async function lyingProvider(): Promise<LyingProvider> {
  const honest = await generateKeyPair('ES256', { extractable: true });
  const stolen = await generateKeyPair('ES256');
  const keys = { honest: honest.privateKey, stolen: stolen.privateKey };
  const jwk = { ...(await exportJWK(honest.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const asked: string[] = [];
  let lies: Lies = {};
  let nonce = '';
  let issuer = '';

  const idToken = async (): Promise<string> => {
    const now = Math.floor(Date.now() / 1_000);
    const truth: JWTPayload = {
      iss: issuer, sub: 'subject of ada', aud: CLIENT.clientId, iat: now, exp: now + 60, nonce, email: 'ada@example.com', email_verified: true, name: 'Ada',
    };
    const entries = Object.entries({ ...truth, ...lies.claims }).filter(([name]) => lies.without?.includes(name) !== true);
    const payload: JWTPayload = Object.fromEntries(entries);
    return lies.sign === undefined ? signWith(keys.honest, payload) : lies.sign(payload, keys);
  };
  const answer = async (path: string): Promise<unknown> => {
    if (path.startsWith('/.well-known/')) {
      return {
        issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`,
        userinfo_endpoint: `${issuer}/userinfo`,
        response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'],
        authorization_response_iss_parameter_supported: true, ...lies.discovery,
      };
    }
    if (path === '/jwks') return { keys: [jwk] };
    if (path === '/userinfo') return { sub: 'subject of ada', ...lies.userInfo };
    return { access_token: 'an access token', token_type: 'Bearer', expires_in: 60, id_token: await idToken() };
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    asked.push(path);
    request.resume();
    if (lies.answer?.(path, response) === true) return;
    void answer(path).then((body) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(body));
    });
  });
  issuer = await listen(server);
  return {
    issuer,
    asked,
    lie(next) {
      lies = next;
    },
    expect(url) {
      nonce = new URL(url).searchParams.get('nonce') ?? '';
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function signWith(key: CryptoKey | Uint8Array, payload: JWTPayload, header: { readonly alg: string; readonly kid?: string } = { alg: 'ES256', kid: 'k1' }): Promise<string> {
  return new SignJWT(payload).setProtectedHeader(header).sign(key);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
