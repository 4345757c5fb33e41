import { toJsonSchema, type ConversionConfig, type JsonSchema as ConvertedSchema } from '@valibot/to-json-schema';
import { userData } from '../model/user.js';
import { describeProfile, isProfileOptional } from '../features/profile/describe-profile.js';
import type { ProfileSchema } from '../features/profile/options.js';
import type { Schema } from '../foundation/parse.js';
import type { AnyRoute } from '../http/define-route.js';
import type { JsonSchema } from './openapi-components.js';

export interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
}

interface Configured {
  readonly profile: ProfileSchema | undefined;
}

/** The input schema of the route, with the profile if it takes one. */
export function inputSchema(route: AnyRoute, { profile }: Configured): ObjectSchema {
  const shape = toObjectSchema(jsonSchema(route.input, { typeMode: 'input' }));
  if (route.profile === undefined || profile === undefined) return shape;
  const isRequired = route.profile === 'new' && !isProfileOptional(profile);
  return {
    properties: { ...shape.properties, profile: describeProfile(profile, 'input') },
    required: [...shape.required, ...(isRequired ? ['profile'] : [])],
  };
}

/** The data schema of the route. Every `user` in it has the profile if one is configured. */
export function dataSchema(route: AnyRoute, { profile }: Configured): JsonSchema {
  return jsonSchema(route.data, {
    typeMode: 'output',
    overrideSchema: ({ valibotSchema, jsonSchema }) =>
      valibotSchema === userData ? userSchema(jsonSchema, profile) : undefined,
  });
}

function userSchema(schema: ConvertedSchema, profile: ProfileSchema | undefined): ConvertedSchema {
  const { profile: _, ...others } = schema.properties ?? {};
  if (profile === undefined) {
    return { ...schema, properties: others, required: (schema.required ?? []).filter((name) => name !== 'profile') };
  }
  return { ...schema, properties: { ...others, profile: { anyOf: [describeProfile(profile, 'output'), { type: 'null' }] } } };
}

function toObjectSchema({ properties, required }: JsonSchema): ObjectSchema {
  return {
    properties: typeof properties === 'object' && properties !== null ? { ...properties } : {},
    required: Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
  };
}

/** Rules that JSON Schema cannot express, such as a canonical form, are still checked and reported in `meta.issues`. */
function jsonSchema(schema: Schema<unknown>, config: ConversionConfig): JsonSchema {
  const { $schema: _, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', ...config });
  return rest;
}
