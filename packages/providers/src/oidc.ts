import type { Provider } from '@sallyport/core';
import { ClientSecretBasic, ClientSecretPost, None } from 'openid-client';
import type { ClientAuth } from 'openid-client';
import { standardIdentity } from './claims.js';
import { openIdProvider } from './open-id-provider.js';
import { requireServer, requireTexts } from './options.js';
import type { CommonOptions } from './options.js';

export interface OidcOptions extends CommonOptions {
  readonly name: string;
  /** The issuer, as its discovery document has it: `https://id.example.com`. Plain http for this machine alone. */
  readonly issuer: string;
  /** Left out of a public client, which has PKCE alone. */
  readonly clientSecret?: string | undefined;
  /** How the secret is sent. Default `'post'`. */
  readonly clientAuth?: 'post' | 'basic' | undefined;
}

/**
 * Any provider of OpenID Connect that has a discovery document. It vouches for an address where it says `email_verified`: configure
 * none that says so of addresses that it has not verified. Throws `ConfigError`.
 */
export function oidc(options: OidcOptions): Provider {
  const { name, issuer, clientId } = options;
  requireTexts('oidc', { name, issuer, clientId });
  return openIdProvider({
    options,
    name,
    issuer: requireServer('oidc', { path: 'issuer', text: issuer }),
    clientAuth: clientAuthOf(options),
    scopes: ['openid', 'email', 'profile'],
    toIdentity: standardIdentity,
    asksUserInfo: true,
  });
}

function clientAuthOf({ clientSecret, clientAuth = 'post' }: OidcOptions): ClientAuth {
  if (clientSecret === undefined) return None();
  return clientAuth === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
}
