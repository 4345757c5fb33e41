import type { OpenApiDocument } from '../model/openapi-document.js';
import type { Transport } from '../auth-config.js';
import type { CookieSettings } from '../features/cookies/options.js';
import type { ThrottlingSettings } from '../features/throttling/options.js';
import type { Access } from '../http/access.js';
import type { AnyRoute } from '../http/define-route.js';
import { isRouteOn } from '../http/optional-feature.js';
import { componentsOf, type JsonSchema } from './openapi-components.js';
import { codesOf, responsesOf, type Configured, type Described } from './openapi-responses.js';
import { inputSchema } from './route-schema.js';
import { REQUEST_EXAMPLES } from './request-examples.js';
import { routeTags, type RouteTable } from './routes.js';

export interface DescribeInput extends Configured {
  readonly cookies: CookieSettings;
  readonly table: RouteTable;
  readonly mount: string;
}

/** Describes the routes, from the table that also serves them. */
export function describeRoutes({ table, mount, cookies, ...configured }: DescribeInput): OpenApiDocument {
  const { transport } = configured;
  const paths: Record<string, Record<string, unknown>> = {};
  const shown = Object.entries<AnyRoute>({ ...table }).filter(([, route]) => isRouteOn(route, configured));
  for (const [operationId, route] of shown) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, { route, ...configured }) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sallyport', version: '1' },
    servers: [{ url: mount === '' ? '/' : mount }],
    tags: [...new Set(shown.flatMap(([, route]) => tagsOf(route)))].map((name) => ({ name })),
    paths,
    components: componentsOf({ transport, cookies, codes: new Set(shown.flatMap(([, route]) => [...codesOf({ route, ...configured })])) }),
  };
}

function operation(operationId: string, described: Described): JsonSchema {
  const { route, transport, throttling } = described;
  const { properties, required } = inputSchema(route, described);
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const free = Object.keys(properties).filter((name) => !inPath.includes(name));
  const isQuery = route.method === 'GET';
  const isForm = route.crossSiteForm === true;
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...(isQuery
      ? free.map((name) => ({ name, in: 'query', required: required.includes(name), schema: properties[name] }))
      : []),
  ];
  const bodyRequired = required.filter((name) => free.includes(name));
  const body = {
    type: 'object',
    properties: Object.fromEntries(free.map((name) => [name, properties[name]])),
    ...(bodyRequired.length === 0 ? {} : { required: bodyRequired }),
    // A provider may add any field.
    additionalProperties: isForm,
  };
  const example = exampleOf(operationId, bodyRequired);
  return {
    operationId,
    tags: tagsOf(route),
    summary: route.summary,
    ...limitOf(route, throttling),
    ...securityOf(route.access, transport),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(isQuery || free.length === 0
      ? {}
      : { requestBody: { required: bodyRequired.length > 0, content: { [isForm ? 'application/x-www-form-urlencoded' : 'application/json']: { schema: body, ...example } } } }),
    responses: responsesOf(described),
  };
}

const tagsOf = (route: AnyRoute): string[] => [routeTags.get(route) ?? []].flat();

/** There is no example if a required field is known only to the application, such as its profile. */
function exampleOf(operationId: string, required: readonly string[]): JsonSchema {
  const example = Object.entries(REQUEST_EXAMPLES).find(([name]) => name === operationId)?.[1];
  return example !== undefined && required.every((name) => Object.hasOwn(example, name)) ? { example } : {};
}

function securityOf(access: Access, transport: Transport): JsonSchema {
  const scheme = transport === 'cookie' ? { accessCookie: [] } : { accessToken: [] };
  if (access === 'public') return { security: [] };
  return { security: access === 'public-or-session' || access.includes('challenge') ? [{}, scheme] : [scheme] };
}

/** How many requests a source may make (security.md L3). All routes under the same limit count together. */
function limitOf({ limit: name = 'rest' }: AnyRoute, { enabled, source, limits }: ThrottlingSettings): JsonSchema {
  if (!enabled || !source) return {};
  const { points, window } = limits[name];
  return { 'x-ratelimit': { name, points, windowSeconds: Math.ceil(window / 1_000) } };
}
