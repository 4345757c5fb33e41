import { ConfigError } from '@sallyport/core';

/** The error for one invalid option of a store. */
export function refuse(path: string, message: string): ConfigError {
  return new ConfigError([{ path, message }], 'The store cannot be opened');
}

const DEFAULT_WAIT_MS = 5_000;
const MAX_WAIT_MS = 3_600_000;

/** In JavaScript the options can be forgotten, or be something else. */
export function requireOptions(options: unknown, example = "{ url: '…' }"): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options) && !hasMethods(options, ['then'])) return;
  throw refuse('options', orAwait(options, `must be an object, as in ${example}`));
}

/** An invalid duration would make every call wait for ever, or not at all. */
export function requireWait(waitMs: unknown): number {
  if (waitMs === undefined) return DEFAULT_WAIT_MS;
  if (typeof waitMs === 'number' && waitMs >= 0 && waitMs <= MAX_WAIT_MS) return waitMs;
  throw refuse('waitMs', `must be a number of milliseconds from 0 to ${MAX_WAIT_MS}`);
}

/** Text such as `'false'` would be taken for true. */
export function requireFlag(path: string, { given, otherwise }: { readonly given: unknown; readonly otherwise: boolean }): boolean {
  if (given === undefined) return otherwise;
  if (typeof given === 'boolean') return given;
  throw refuse(path, 'must be true or false');
}

export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

/** The message, or a hint if the value is a promise: an asynchronous result was not awaited. */
export function orAwait(value: unknown, message: string): string {
  return hasMethods(value, ['then']) ? 'is a promise: write await before what makes it' : message;
}
