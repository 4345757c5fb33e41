import type { ProviderAnswer, ProviderTokenResponse } from '@sallyport/core';
import type { TokenEndpointResponse } from 'openid-client';

/** The callback URL with the provider's parameters, as `openid-client` takes it. */
export function callbackOf({ redirectUri, parameters }: Pick<ProviderAnswer, 'redirectUri' | 'parameters'>): URL {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url;
}

/** The provider's tokens to store, if they are requested. */
export function tokensOf({ access_token, refresh_token, id_token, scope, expires_in, token_type }: TokenEndpointResponse): ProviderTokenResponse {
  return { access_token, refresh_token, id_token, scope, expires_in, token_type };
}
