import type { ErrorCode } from '@sallyport/core';
import type { LoginResult } from './api-types.js';
import type { AuthClient } from './auth-client.js';
import { platform } from './platform.js';

/** How a login or a link with an external provider ended. `failed`: the provider or the library refused, with this code. */
export type ProviderReturn<Profile = undefined> =
  | LoginResult<'exchangeProviderCode', Profile>
  | { readonly kind: 'linked'; readonly provider: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode };

/**
 * For the page at `urls.providerReturn`. Reads the result from the page's address, removes it from the address, and logs in with
 * the code. Resolves with `null` if the address has no result, for example after a reload. Rejects as `exchangeProviderCode`
 * does.
 */
export async function returnFromProvider<Profile>(
  client: Pick<AuthClient<Profile>, 'exchangeProviderCode'>,
): Promise<ProviderReturn<Profile> | null> {
  const { location, history } = platform;
  if (!location) return null;
  const url = new URL(location.href);
  // A router that uses the fragment has its route before the question mark.
  const [route = '', query = ''] = url.hash.includes('?') ? url.hash.split('?') : ['', url.hash.slice(1)];
  const facts = new URLSearchParams(query);
  const [code, provider, error] = ['code', 'linked', 'error'].map((name) => facts.get(name));
  if (!code && !provider && !error) return null;
  url.hash = route;
  // A code works once. Keep it out of the history and of a reload.
  history?.replaceState(history.state, '', url.href);
  if (provider) return { kind: 'linked', provider };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server writes only its own codes
  if (error) return { kind: 'failed', code: error as ErrorCode };
  return client.exchangeProviderCode({ code: code ?? '' });
}
