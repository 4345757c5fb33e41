import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** A value in a profile: plain JSON, stored and answered unchanged. */
export type ProfileRecord = Readonly<Record<string, unknown>>;

/** The result of a Standard Schema for a value. */
export type ProfileResult<Profile> =
  | { readonly value: Profile; readonly issues?: undefined }
  | { readonly issues: readonly ProfileIssue[] };

export interface ProfileIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A schema of valibot, zod, arktype or any other library that implements Standard Schema 1 (https://standardschema.dev). It must
 * be synchronous, and its output must be a JSON object with the same keys as its input.
 */
export interface ProfileSchema<Profile = unknown, Input = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => ProfileResult<Profile> | Promise<ProfileResult<Profile>>;
    readonly types?: { readonly input: Input; readonly output: Profile } | undefined;
  };
}

export const profileOption: Schema<ProfileSchema> = v.custom<ProfileSchema>(
  answersAtOnce,
  'must be a Standard Schema without anything asynchronous in it, such as v.object({ … }) of valibot',
);

/** Tried once at the start, so that an unusable schema does not fail at the first registration. */
function answersAtOnce(schema: unknown): boolean {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false;
  const standard: unknown = Reflect.get(schema, '~standard');
  if (typeof standard !== 'object' || standard === null || Reflect.get(standard, 'version') !== 1) return false;
  const validate: unknown = Reflect.get(standard, 'validate');
  if (typeof validate !== 'function') return false;
  try {
    const result: unknown = Reflect.apply(validate, standard, [{}]);
    return typeof result === 'object' && result !== null && !('then' in result);
  } catch {
    return false;
  }
}

/** Whether it is a schema of valibot, which gets the library's messages and can be converted to JSON Schema. */
export function isValibot(schema: ProfileSchema): schema is ProfileSchema & v.GenericSchema {
  return schema['~standard'].vendor === 'valibot' && '~run' in schema;
}
