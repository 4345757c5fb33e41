import { ConfigError, DeliveryError } from '@sallyport/core';
import type { Channel, Issue } from '@sallyport/core';

/**
 * The options, which JavaScript callers can leave out or take for something else. Without any, every required setting is reported
 * as missing.
 */
export function readOptions<Options extends object>(maker: string, given: Options | null | undefined): Partial<Options> {
  refuse(maker, given === undefined || given === null || isOptions(given) ? [] : [{ path: 'options', message: optionsFault(given) }]);
  return given ?? {};
}

function isOptions(given: unknown): boolean {
  return typeof given === 'object' && !Array.isArray(given) && !isPromise(given);
}

function optionsFault(given: unknown): string {
  return orAwait(given, "must be an object, as in { from: 'Example <mail@example.com>' }");
}

/** The message, or a hint if the value is a promise: an asynchronous result was not awaited. */
export function orAwait(value: unknown, message: string): string {
  return isPromise(value) ? 'is a promise: write await before what makes it' : message;
}

function isPromise(value: unknown): boolean {
  return typeof Reflect.get(Object(value), 'then') === 'function';
}

/** Every setting that is missing, empty or no string. Values are not quoted, since some are keys. */
export function missing(settings: Readonly<Record<string, unknown>>): readonly Issue[] {
  return Object.entries(settings).flatMap(([path, value]) => {
    if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return [{ path, message: 'is required' }];
    return typeof value === 'string' ? [] : [{ path, message: 'must be a string' }];
  });
}

/** Numbers out of their range: environment variables are strings, and `Number` makes `NaN` of what is none. */
export function outOfRange(path: string, value: unknown, { from, to }: { readonly from: number; readonly to: number }): readonly Issue[] {
  const isRight = value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to);
  return isRight ? [] : [{ path, message: `must be a whole number from ${from} to ${to}` }];
}

/** An hour: core gives an attempt up after 15 seconds. */
const MAX_TIMEOUT_MS = 3_600_000;

/** The faults of what the notifiers of HTTP APIs have in common. */
export function transportFaults({ baseUrl, timeoutMs }: { readonly baseUrl?: unknown; readonly timeoutMs?: unknown }): readonly Issue[] {
  const isUrl = baseUrl === undefined || (typeof baseUrl === 'string' && /^https?:/.test(baseUrl) && URL.canParse(baseUrl));
  return [
    ...(isUrl ? [] : [{ path: 'baseUrl', message: 'must be an http or https URL' }]),
    ...outOfRange('timeoutMs', timeoutMs, { from: 1, to: MAX_TIMEOUT_MS }),
  ];
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
