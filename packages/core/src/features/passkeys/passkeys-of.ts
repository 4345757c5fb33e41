import type { Settings } from '../../config.js';
import { settingsOf } from '../../http/optional-feature.js';
import type { PasskeySettings } from './options.js';

/** Maximum per account: all of them are sent along with every registration (security.md Z4). */
export const MAX_PASSKEYS = 30;

/** Fails with `NOT_FOUND` if passkeys are off, as their routes do. */
export function passkeysOf(context: { readonly settings: Settings }): PasskeySettings {
  return settingsOf(context, 'passkeys');
}
