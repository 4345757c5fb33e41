import type { Issue, Provider } from '@sallyport/core';
import { ClientSecretBasic, ClientSecretPost, None } from 'openid-client';
import type { ClientAuth } from 'openid-client';
import { standardIdentity } from './claims.js';
import { openIdProvider } from './open-id-provider.js';
import { isServer, isText, readOptions, unless } from './options.js';
import type { CommonOptions } from './options.js';

export interface OidcOptions extends CommonOptions {
  readonly name: string | undefined;
  /** The issuer, as in its discovery document: `https://id.example.com`. Plain http on this machine only. */
  readonly issuer: string | undefined;
  /** Omitted for a public client, which uses PKCE only. */
  readonly clientSecret?: string | undefined;
  /** How the secret is sent. Default `'post'`. */
  readonly clientAuth?: 'post' | 'basic' | undefined;
}

/**
 * Any OpenID Connect provider that has a discovery document. An address counts as verified if the provider says `email_verified`:
 * do not configure a provider that says so of addresses it has not verified. Throws `ConfigError`.
 */
export function oidc(given: OidcOptions): Provider {
  const options = readOptions('oidc', { given, required: ['name', 'issuer', 'clientId'], check });
  const { name, issuer } = options;
  return openIdProvider({
    options,
    name,
    issuer: new URL(issuer),
    clientAuth: clientAuthOf(options),
    scopes: ['openid', 'email', 'profile'],
    toIdentity: standardIdentity,
    asksUserInfo: true,
  });
}

function check({ issuer, clientSecret, clientAuth }: Readonly<Record<string, unknown>>): readonly Issue[] {
  return [
    ...unless(!isText(issuer) || isServer(issuer), { path: 'issuer', message: 'must be an https URL' }),
    ...unless(clientSecret === undefined || isText(clientSecret), { path: 'clientSecret', message: 'must be a string that is not empty; leave it out for a public client' }),
    ...unless(clientAuth === undefined || clientAuth === 'post' || clientAuth === 'basic', { path: 'clientAuth', message: "must be 'post' or 'basic'" }),
  ];
}

function clientAuthOf({ clientSecret, clientAuth = 'post' }: OidcOptions): ClientAuth {
  if (clientSecret === undefined) return None();
  return clientAuth === 'basic' ? ClientSecretBasic(clientSecret) : ClientSecretPost(clientSecret);
}
