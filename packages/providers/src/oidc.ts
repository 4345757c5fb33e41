import type { Provider } from '@sallyport/core';
import { ClientSecretBasic, ClientSecretPost, None } from 'openid-client';
import type { ClientAuth } from 'openid-client';
import { standardIdentity } from './claims.js';
import { openIdProvider } from './open-id-provider.js';
import { requireServer, requireTexts } from './options.js';
import type { CommonOptions } from './options.js';

export interface OidcOptions extends CommonOptions {
  readonly name: string;
  /** The issuer, as in its discovery document: `https://id.example.com`. Plain http on this machine only. */
  readonly issuer: string;
  /** Omitted for a public client, which uses PKCE only. */
  readonly clientSecret?: string | undefined;
  /** How the secret is sent. Default `'post'`. */
  readonly clientAuth?: 'post' | 'basic' | undefined;
}

/**
 * Any OpenID Connect provider that has a discovery document. An address counts as verified if the provider says `email_verified`:
 * do not configure a provider that says so of addresses it has not verified. Throws `ConfigError`.
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
