import { ConfigError } from '@sallyport/core';

/** What is wrong with one option of a store. */
export function refuse(path: string, message: string): ConfigError {
  return new ConfigError([{ path, message }], 'The store cannot be opened');
}

/** In JavaScript the options can be forgotten. */
export function requireOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) throw refuse('options', "must be an object, as in { url: '…' }");
}

export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

/** The message, or a hint if the value is a promise: an asynchronous result was not awaited. */
export function orAwait(value: unknown, message: string): string {
  return hasMethods(value, ['then']) ? 'is a promise: write await before what makes it' : message;
}
