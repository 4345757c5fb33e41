import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

/** What a profile may hold besides: plain JSON, as it is stored and answered. */
export type ProfileRecord = Readonly<Record<string, unknown>>;

/** What a Standard Schema says of a value. */
export type ProfileResult<Profile> =
  | { readonly value: Profile; readonly issues?: undefined }
  | { readonly issues: readonly ProfileIssue[] };

export interface ProfileIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A schema of valibot, zod, arktype or any other library that keeps to Standard Schema 1 (https://standardschema.dev). It
 * has to answer at once, and what comes out of it must be an object of JSON, with the names that went in.
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

/** Tried once, so that a schema that cannot be used stops the start rather than the first registration. */
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

/** Whether it is of valibot, which is told how to word what is wrong, and what JSON Schema is made of. */
export function isValibot(schema: ProfileSchema): schema is ProfileSchema & v.GenericSchema {
  return schema['~standard'].vendor === 'valibot' && '~run' in schema;
}
