import * as v from 'valibot';
import { trimLineEnd } from './line-end.js';
import type { Schema } from './parse.js';
import { isBaseUrl, isOrigin } from './urls.js';

/** Whether a value has these methods, as the implementation of a port does. */
export const hasMethods: (...names: readonly string[]) => (value: unknown) => boolean =
  (...names) =>
  (value) =>
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function');

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** The requirement for a secret, for error messages. */
export const SECRET = 'must be at least 32 bytes, such as the output of: openssl rand -base64 32';

export const secret: Schema<string> = v.pipe(
  v.string(SECRET),
  v.check((text) => Buffer.byteLength(trimLineEnd(text)) >= 32, SECRET),
);

export const origin: Schema<string> = v.pipe(
  v.string(),
  v.check(isOrigin, 'must be an origin such as https://example.com, without a path'),
);

export const baseUrl: Schema<string> = v.pipe(
  v.string(),
  v.check(isBaseUrl, 'must be a URL such as https://example.com or https://example.com/api, without a slash at the end'),
);
