import { ConfigError, DeliveryError } from '@sallyport/core';
import type { Channel } from '@sallyport/core';

/** Names every setting that is missing or empty, all at once. What was given is not repeated: keys are among it. */
export function demand(maker: string, settings: Readonly<Record<string, unknown>>): void {
  const missing = Object.entries(settings).filter(([, value]) => typeof value !== 'string' || value.trim() === '');
  refuse(maker, missing.map(([path]) => ({ path, message: 'is required' })));
}

/** Throws where there are faults. */
export function refuse(maker: string, issues: readonly { readonly path: string; readonly message: string }[]): void {
  if (issues.length > 0) throw new ConfigError(issues, `${maker} cannot start`);
}

/** A provider that is given a message of another channel than its own would send nonsense. */
export function demandChannel(channel: Channel, own: Channel): void {
  if (channel !== own) throw new DeliveryError(`This notifier sends ${own} only`, { code: 'WRONG_CHANNEL', permanent: true });
}
