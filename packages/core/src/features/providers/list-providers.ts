import type { Context } from '../../context.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { ProvidersData } from './schema.js';

/** The configured providers, in the order of the configuration. */
export function listProviders(context: Context): ProvidersData {
  return { providers: Object.entries(settingsOf(context, 'providers')).map(([id, { name }]) => ({ id, name })) };
}
