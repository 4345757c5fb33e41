import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { Provider } from '../../ports/provider.js';

/** The configured provider with this id. Fails with `NOT_FOUND` if there is none. */
export function findProvider(context: Context, id: string): Provider {
  const providers = settingsOf(context, 'providers');
  const provider = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (provider === undefined) throw new AuthError('NOT_FOUND');
  return provider;
}
