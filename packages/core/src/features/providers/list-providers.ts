import type { Context } from '../../context.js';
import { requireProviders } from './find-provider.js';
import type { ProvidersData } from './schema.js';

/** The configured providers, in the order of the configuration. */
export function listProviders(context: Context): ProvidersData {
  requireProviders(context);
  return { providers: Object.entries(context.settings.providers).map(([id, { name }]) => ({ id, name })) };
}
