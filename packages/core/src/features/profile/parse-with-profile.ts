import type { Context } from '../../context.js';
import { parse, type Parsed, type Schema } from '../../foundation/parse.js';
import { isPlainObject } from '../../foundation/plain-object.js';
import type { ProfileRecord } from './options.js';
import { readProfile } from './read-profile.js';

/** `new`: of a new user, so left out it is an empty one, which the schema may refuse. `change`: left out it stays. */
export type TakesProfile = 'new' | 'change';

export interface InputShape<Input> {
  /** Of body (or query, for GET) and path parameters together. It must be strict. */
  readonly input: Schema<Input>;
  /** Where the route takes the profile that the application has configured. */
  readonly profile?: TakesProfile;
}

/**
 * Parses the input of a route, with the profile where the route takes one and one is configured; without, `profile` is an
 * unknown key like others. What is wrong with it is told along with the rest, at `profile.…`.
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
