import type { Issue, Provider, ProviderIdentity } from '@sallyport/core';
import { ClientSecretPost } from 'openid-client';
import { standardIdentity } from './claims.js';
import type { Claims } from './claims.js';
import { openIdProvider } from './open-id-provider.js';
import { isText, readOptions, unless } from './options.js';
import type { SecretOptions } from './options.js';

export interface GoogleOptions extends SecretOptions {
  /** Only accounts of this Google Workspace domain. Default: all. */
  readonly hostedDomain?: string | undefined;
}

/**
 * Google. An address is treated as verified only at Gmail and in Google Workspace: other addresses may have changed owners since
 * Google verified them. Throws `ConfigError`.
 */
export function google(given: GoogleOptions): Provider {
  const options = readOptions('google', { given, required: ['clientId', 'clientSecret'], check });
  const { clientSecret, hostedDomain } = options;
  return openIdProvider({
    options,
    name: 'Google',
    issuer: new URL('https://accounts.google.com'),
    clientAuth: ClientSecretPost(clientSecret),
    scopes: ['openid', 'email', 'profile'],
    parameters: hostedDomain === undefined ? {} : { hd: hostedDomain },
    toIdentity: (claims) => googleIdentity(claims, hostedDomain),
  });
}

function check({ hostedDomain }: Readonly<Record<string, unknown>>): readonly Issue[] {
  return unless(hostedDomain === undefined || isText(hostedDomain), { path: 'hostedDomain', message: 'must be a domain such as example.com' });
}

/** The identity of a Google account. The parameter `hd` is only a hint: the claim decides. */
export function googleIdentity(claims: Claims, hostedDomain: string | undefined): ProviderIdentity {
  const { hd, email = '' } = claims;
  if (hostedDomain !== undefined && hd !== hostedDomain) throw new Error('The account does not belong to the hosted domain');
  const identity = standardIdentity(claims);
  return { ...identity, emailVerified: identity.emailVerified && (hd !== undefined || /@gmail\.com$/i.test(email)) };
}
