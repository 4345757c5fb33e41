import type { Settings } from '../config.js';
import { AuthError } from '../errors.js';

/** Features that are off unless configured, or because the store lacks a part. Their settings are then `undefined`, and their routes do not exist. */
export type OptionalFeature = Extract<keyof Settings, 'emailLogin' | 'twoFactor' | 'passkeys' | 'providers'>;

/** The settings that decide which routes exist. */
export type OptionalSettings = Pick<Settings, OptionalFeature>;

/** Whether a route exists with these settings. If its feature is off, it is 404. */
export function isRouteOn({ requires }: { readonly requires?: OptionalFeature }, settings: OptionalSettings): boolean {
  return requires === undefined || settings[requires] !== undefined;
}

/** The settings of a feature that is on. Fails with `NOT_FOUND` if it is off, as its routes do. */
export function settingsOf<Feature extends OptionalFeature>(
  { settings }: { readonly settings: OptionalSettings },
  feature: Feature,
): NonNullable<OptionalSettings[Feature]> {
  const configured = settings[feature];
  if (configured === undefined || configured === null) throw new AuthError('NOT_FOUND');
  return configured;
}
