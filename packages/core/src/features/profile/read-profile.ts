import type { Issue } from '../../errors.js';
import { parse, type Parsed } from '../../foundation/parse.js';
import { isPlainObject } from '../../foundation/plain-object.js';
import { isValibot, type ProfileIssue, type ProfileRecord, type ProfileSchema } from './options.js';
import { unstorable } from './storable-json.js';

/**
 * The profile of this input, as it will be stored. A key that the schema drops is refused by name at any depth, as unknown keys
 * are everywhere. Throws if the schema's output is not JSON: the stored profile would not have the declared type.
 */
export function readProfile(schema: ProfileSchema, input: unknown): Parsed<ProfileRecord> {
  // Checked before the schema, which may be slow for a long input and recurse for a deep one.
  const refused = unstorable(input);
  if (refused !== null) return { ok: false, issues: [refused] };
  const parsed = validate(schema, input);
  if (!parsed.ok) return parsed;
  const dropped = droppedKeys(input, parsed.value);
  if (dropped.length > 0) return { ok: false, issues: dropped.map((path) => ({ path, message: 'is not a known key' })) };
  const fault = unstorable(parsed.value);
  if (fault !== null) throw new TypeError(`The output of the profile's schema ${fault.message}, at "${fault.path}"`);
  const stored: ProfileRecord = JSON.parse(JSON.stringify(parsed.value));
  return { ok: true, value: stored };
}

function validate(schema: ProfileSchema, input: unknown): Parsed<unknown> {
  if (isValibot(schema)) return parse(schema, input);
  const result = schema['~standard'].validate(input);
  if (result instanceof Promise) throw new TypeError("The profile's schema must be synchronous");
  return result.issues === undefined ? { ok: true, value: result.value } : { ok: false, issues: result.issues.map(toIssue) };
}

function toIssue({ path = [], message }: ProfileIssue): Issue {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return { path: keys.join('.'), message };
}

/** The paths of the input that the output lacks. Lists whose length has changed are not compared. */
function droppedKeys(given: unknown, kept: unknown, path: readonly string[] = []): string[] {
  const areLists = Array.isArray(given) && Array.isArray(kept) && given.length === kept.length;
  if (!areLists && !(isPlainObject(given) && isPlainObject(kept))) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const at = [...path, key];
    return Object.hasOwn(kept, key) ? droppedKeys(value, Reflect.get(kept, key), at) : [at.join('.')];
  });
}
