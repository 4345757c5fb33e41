import { ConfigError, DeliveryError } from '@sallyport/core';
import type { Channel } from '@sallyport/core';

export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Names every setting that is missing or empty, all at once. What was given is not repeated: keys are among it. */
export function demand(maker: string, settings: Readonly<Record<string, unknown>>): void {
  const missing = Object.entries(settings).filter(([, value]) => typeof value !== 'string' || value.trim() === '');
  refuse(maker, missing.map(([path]) => ({ path, message: 'is required' })));
}

/**
 * A key as it goes into a header, without the line break at its end that files and secret stores give it. What is no
 * header (RFC 9110, 5.5) would fail at each message as if the provider did not answer.
 */
export function readKey(maker: string, path: string, given: string | undefined): string {
  const key = (given ?? '').trim();
  refuse(maker, /^[\x21-\x7e]+$/.test(key) ? [] : [{ path, message: 'has to be one word of ASCII characters, as the provider shows it' }]);
  return key;
}

/** Throws where there are faults. */
export function refuse(maker: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new ConfigError(issues, `${maker} cannot start`);
}

/** A provider that is given a message of another channel than its own would send nonsense. */
export function demandChannel(channel: Channel, own: Channel): void {
  if (channel !== own) throw new DeliveryError(`This notifier sends ${own} only`, { code: 'WRONG_CHANNEL', permanent: true });
}
