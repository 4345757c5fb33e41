import { toJsonSchema, type JsonSchema } from '@valibot/to-json-schema';
import { isValibot, type ProfileSchema } from './options.js';

/** The schema as JSON Schema. If it is not of valibot, it is only known to be an object. */
export function describeProfile(schema: ProfileSchema, typeMode: 'input' | 'output'): JsonSchema {
  if (!isValibot(schema)) return { type: 'object' };
  const { $schema: _, ...described } = toJsonSchema(schema, { errorMode: 'ignore', typeMode });
  // The routes refuse keys that it drops.
  return typeMode === 'input' && described.type === 'object' ? { additionalProperties: false, ...described } : described;
}

/** Whether a new user may leave the profile out. */
export function isProfileOptional(schema: ProfileSchema): boolean {
  const result = schema['~standard'].validate({});
  return !(result instanceof Promise) && result.issues === undefined;
}
