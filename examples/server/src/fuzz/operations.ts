import type { OpenApiDocument } from '@sallyport/core';

/** A route as described by the OpenAPI document of the server under test. */
export interface Operation {
  readonly method: string;
  /** Such as `/sessions/{id}`. */
  readonly path: string;
  /** The schema of the body, or of the query. */
  readonly fields: readonly string[];
  readonly takesBody: boolean;
}

/** Every route: the document is generated from the route table. */
export function operationsOf({ paths }: OpenApiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const body = at(operation, 'requestBody', 'content', 'application/json', 'schema', 'properties');
      const parameters: unknown = at(operation, 'parameters');
      const inQuery = Array.isArray(parameters)
        ? parameters.filter((parameter) => at(parameter, 'in') === 'query').map((parameter) => String(at(parameter, 'name')))
        : [];
      return {
        method: method.toUpperCase(),
        path,
        fields: typeof body === 'object' && body !== null ? Object.keys(body) : inQuery,
        takesBody: method !== 'get',
      };
    }),
  );
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined), value);
}
