import type { Issue, Provider, ProviderIdentity } from '@sallyport/core';
import { ClientSecretPost } from 'openid-client';
import { standardIdentity } from './claims.js';
import type { Claims } from './claims.js';
import { openIdProvider } from './open-id-provider.js';
import { isListOfTexts, isText, readOptions, unless } from './options.js';
import type { SecretOptions } from './options.js';

export interface MicrosoftOptions extends SecretOptions {
  /** The directory: `'common'` (all accounts), `'organizations'`, `'consumers'`, or the id of a tenant. Default `'common'`. */
  readonly tenant?: string | undefined;
  /** Ids of the tenants whose accounts may log in. Default: all tenants that `tenant` covers. */
  readonly tenants?: readonly string[] | undefined;
}

/**
 * Microsoft Entra ID and personal accounts. The issuer contains the tenant, and an identity belongs to one tenant. No address is
 * treated as verified: a tenant's administrator can set any address (nOAuth). Throws `ConfigError`.
 */
export function microsoft(given: MicrosoftOptions): Provider {
  const options = readOptions('microsoft', { given, required: ['clientId', 'clientSecret'], check });
  const { clientSecret, tenant = 'common', tenants } = options;
  return openIdProvider({
    options,
    name: 'Microsoft',
    issuer: new URL(`https://login.microsoftonline.com/${tenant}/v2.0`),
    clientAuth: ClientSecretPost(clientSecret),
    scopes: ['openid', 'email', 'profile'],
    toIdentity: (claims) => microsoftIdentity(claims, tenants),
  });
}

function check({ tenant, tenants }: Readonly<Record<string, unknown>>): readonly Issue[] {
  return [
    ...unless(tenant === undefined || (isText(tenant) && /^[\w.-]+$/.test(tenant.trim())), { path: 'tenant', message: 'must be the id of a tenant' }),
    ...unless(tenants === undefined || isListOfTexts(tenants), { path: 'tenants', message: 'must be a list of ids of tenants' }),
  ];
}

/** The identity of a Microsoft account. Its issuer must be that of its tenant. */
export function microsoftIdentity(claims: Claims, tenants: readonly string[] | undefined): ProviderIdentity {
  const { tid, iss } = claims;
  if (tid === undefined || iss !== `https://login.microsoftonline.com/${tid}/v2.0`) throw new Error('The issuer is not that of the tenant');
  if (tenants !== undefined && !tenants.includes(tid)) throw new Error('The tenant is not one of those configured');
  return { ...standardIdentity(claims), emailVerified: false };
}
