import type { Context } from '../../context.js';
import { parse, type Parsed, type Schema } from '../../foundation/parse.js';
import { isPlainObject } from '../../foundation/plain-object.js';
import type { ProfileRecord } from './options.js';
import { readProfile } from './read-profile.js';

/** `new`: for a new user; if it is left out, the schema gets an empty one. `change`: if it is left out, it does not change. */
export type TakesProfile = 'new' | 'change';

export interface InputShape<Input> {
  /** For the body (or query, for GET) and path parameters together. It must be strict. */
  readonly input: Schema<Input>;
  /** Set if the route takes the application's profile. */
  readonly profile?: TakesProfile;
}

/**
 * Parses the input of a route, with the profile if the route takes one and one is configured; otherwise `profile` is an unknown
 * key. Faults of the profile are reported together with the others, at `profile.…`.
 */
export function parseWithProfile<Input>(
  { settings }: Context,
  { shape, input }: { readonly shape: InputShape<Input>; readonly input: unknown },
): Parsed<Input> {
  if (shape.profile === undefined || settings.profile === undefined || !isPlainObject(input)) {
    return parse(shape.input, input);
  }
  const { profile: given, ...rest } = input;
  const parsed = parse(shape.input, rest);
  if (given === undefined && shape.profile === 'change') return parsed;
  const profile = underProfile(readProfile(settings.profile, given === undefined ? {} : given));
  if (parsed.ok && profile.ok) return { ok: true, value: { ...parsed.value, profile: profile.value } };
  return { ok: false, issues: [parsed, profile].flatMap((part) => (part.ok ? [] : part.issues)) };
}

function underProfile(parsed: Parsed<ProfileRecord>): Parsed<ProfileRecord> {
  if (parsed.ok) return parsed;
  return {
    ok: false,
    issues: parsed.issues.map(({ path, message }) => ({ path: path === '' ? 'profile' : `profile.${path}`, message })),
  };
}
