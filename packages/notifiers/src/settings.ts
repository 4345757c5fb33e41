import { ConfigError, DeliveryError } from '@sallyport/core';
import type { Channel } from '@sallyport/core';

export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Throws a `ConfigError` that names every missing or empty setting. Values are not quoted, since some are keys. */
export function requireSettings(maker: string, settings: Readonly<Record<string, unknown>>): void {
  const missing = Object.entries(settings).filter(([, value]) => typeof value !== 'string' || value.trim() === '');
  refuse(maker, missing.map(([path]) => ({ path, message: 'is required' })));
}

/**
 * A key as a header value, without the trailing line break that files and secret stores add. A value that is not valid in a
 * header (RFC 9110, 5.5) would fail with every message, as if the provider did not answer.
 */
export function readKey(maker: string, path: string, given: string | undefined): string {
  const key = (given ?? '').trim();
  refuse(maker, /^[\x21-\x7e]+$/.test(key) ? [] : [{ path, message: 'must be one word of ASCII characters, as the provider shows it' }]);
  return key;
}

/** Throws a `ConfigError` if there are issues. */
export function refuse(maker: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new ConfigError(issues, `${maker} cannot start`);
}

/** Throws for a message of another channel, such as an SMS given to a mail provider. */
export function requireChannel(channel: Channel, own: Channel): void {
  if (channel !== own) throw new DeliveryError(`This notifier sends ${own} only`, { code: 'WRONG_CHANNEL', permanent: true });
}
