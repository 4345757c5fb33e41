import * as v from 'valibot';
import { hasMethods } from '../../foundation/config-values.js';
import { orAwait } from '../../foundation/or-await.js';
import type { Schema } from '../../foundation/parse.js';
import type { Provider } from '../../ports/provider.js';

/**
 * Providers by the id that they have in paths: `{ google: google({ … }) }`. 1 to 32 lower-case letters, digits and
 * hyphens. The id is part of the address that is registered with the provider.
 */
export type ProviderOptions = Readonly<Record<string, Provider>>;

/**
 * How a new identity is linked to an existing account with the same address. `'session'`: only from a session of that
 * account. `'verified'`: also by logging in, if the provider vouches for the address and the account's address is
 * proven.
 */
export type Linking = 'session' | 'verified';

export const providerOptions: Schema<ProviderOptions> = v.record(
  v.pipe(v.string(), v.check((id) => /^[a-z\d][a-z\d-]{0,31}$/.test(id), 'must be 1 to 32 lower-case letters, digits and hyphens')),
  v.custom<Provider>(hasMethods('start', 'finish'), orAwait('must be a Provider, such as google({ … }) of @sallyport/providers')),
);

/** `undefined` without any provider: then the routes of providers are off. */
export function providerSettings(providers: ProviderOptions): ProviderOptions | undefined {
  return Object.keys(providers).length === 0 ? undefined : providers;
}

export const linkingOption: Schema<Linking> = v.picklist(['session', 'verified']);

interface Surroundings {
  readonly providers: ProviderOptions;
  readonly baseUrl?: string | undefined;
  readonly urls: { readonly providerReturn: string | undefined };
}

/** Whether providers, if any, can redirect the browser back: to the callback, and from there to the application. */
export function areReachable({ providers, baseUrl, urls }: Surroundings): boolean {
  return Object.keys(providers).length === 0 || (baseUrl !== undefined && urls.providerReturn !== undefined);
}
