import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import type { Provider } from '../../ports/provider.js';

/** Fails with `NOT_FOUND` if no providers are configured, as if their routes did not exist. */
export function requireProviders({ settings }: Context): void {
  if (Object.keys(settings.providers).length === 0) throw new AuthError('NOT_FOUND');
}

/** The configured provider with this id. Fails with `NOT_FOUND` if there is none. */
export function findProvider({ settings: { providers } }: Context, id: string): Provider {
  const provider = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (provider === undefined) throw new AuthError('NOT_FOUND');
  return provider;
}
