import type { Issue } from '../../errors.js';
import { isPlainObject } from '../../foundation/plain-object.js';

export const MAX_PROFILE_BYTES: number = 8 * 1024;
const MAX_DEPTH = 8;

/** Keys by which a careless merge in the application could change the prototype of all objects. */
const POLLUTING: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Why this cannot be stored and returned unchanged, as JSON of a bounded size and depth; `null` if it can. */
export function unstorable(value: unknown): Issue | null {
  if (!isPlainObject(value)) return { path: '', message: 'must be an object' };
  const fault = faultAt(value, []);
  if (fault !== null) return fault;
  if (Buffer.byteLength(JSON.stringify(value)) <= MAX_PROFILE_BYTES) return null;
  return { path: '', message: `must be at most ${MAX_PROFILE_BYTES / 1024} KiB as JSON` };
}

function faultAt(value: unknown, path: readonly string[]): Issue | null {
  const fault = (message: string): Issue => ({ path: path.join('.'), message });
  if (path.length > MAX_DEPTH) return fault(`must not be nested deeper than ${MAX_DEPTH} levels`);
  if (value === undefined || value === null || typeof value === 'boolean') return null;
  if (typeof value === 'string') return isStorableText(value) ? null : fault('contains NUL or a lone surrogate');
  if (typeof value === 'number') return Number.isFinite(value) ? null : fault('must be a finite number');
  if (!Array.isArray(value) && !isPlainObject(value)) return fault('must be JSON');
  for (const [key, part] of Object.entries(value)) {
    const at = [...path, key];
    if (POLLUTING.has(key) || !isStorableText(key)) return { path: at.join('.'), message: 'is not a known key' };
    const found = faultAt(part, at);
    if (found !== null) return found;
  }
  return null;
}

/** SQLite cuts off a text at NUL, and UTF-8 cannot encode half a surrogate pair. */
function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
