import type { OpenApiDocument } from '../model/openapi-document.js';
import { ERRORS } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { Settings, Transport } from '../config.js';
import type { ProfileSchema } from '../features/profile/options.js';
import type { CookieSettings } from '../features/cookies/options.js';
import type { ThrottlingSettings } from '../features/throttling/options.js';
import type { Access } from '../http/access.js';
import { TOKEN_FIELDS } from '../http/cookies.js';
import { isRouteOn } from '../http/define-route.js';
import type { AnyRoute } from '../http/define-route.js';
import { componentsOf, LOCATION, RATE_LIMIT_HEADERS, RETRY_AFTER, successSchema } from './openapi-components.js';
import type { JsonSchema } from './openapi-components.js';
import { dataSchema, inputSchema } from './route-schema.js';
import type { RouteTable } from './routes.js';

const ANY_ROUTE: readonly ErrorCode[] = ['VALIDATION_FAILED', 'STORE_UNAVAILABLE', 'INTERNAL'];
const WITH_BODY: readonly ErrorCode[] = ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** What an unsafe method may meet besides (security.md S7). */
const CROSS_SITE: Readonly<Record<Transport, readonly ErrorCode[]>> = { bearer: [], cookie: ['ORIGIN_NOT_TRUSTED'] };

/** What any route answers to a source that is at its limit (security.md L3). */
const BY_SOURCE: readonly ErrorCode[] = ['TOO_MANY_REQUESTS'];

/** The statuses that say when to come back, if that is known. */
const RETRYABLE: ReadonlySet<number> = new Set([ERRORS.TOO_MANY_REQUESTS.status, ERRORS.OVERLOADED.status]);

const BY_ACCESS: Readonly<Record<Access, readonly ErrorCode[]>> = {
  public: [],
  'public-or-session': [],
  'challenge-or-session': ['UNAUTHENTICATED', 'INVALID_TOKEN'],
  'public-or-challenge-or-session': [],
  session: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TWO_FACTOR_SETUP_REQUIRED'],
  'session+recent': ['UNAUTHENTICATED', 'INVALID_TOKEN', 'STEP_UP_REQUIRED', 'TWO_FACTOR_SETUP_REQUIRED'],
  admin: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'STEP_UP_REQUIRED', 'TWO_FACTOR_SETUP_REQUIRED', 'FORBIDDEN'],
  'admin+recent': ['UNAUTHENTICATED', 'INVALID_TOKEN', 'STEP_UP_REQUIRED', 'TWO_FACTOR_SETUP_REQUIRED', 'FORBIDDEN'],
  'self-or-admin': ['UNAUTHENTICATED', 'INVALID_TOKEN', 'STEP_UP_REQUIRED', 'TWO_FACTOR_SETUP_REQUIRED', 'NOT_FOUND'],
  'self-or-admin+recent': ['UNAUTHENTICATED', 'INVALID_TOKEN', 'STEP_UP_REQUIRED', 'TWO_FACTOR_SETUP_REQUIRED', 'NOT_FOUND'],
};

/** What of the configuration shows in the document. */
interface Configured {
  readonly transport: Transport;
  readonly profile: ProfileSchema | undefined;
  readonly throttling: ThrottlingSettings;
  readonly passkeys: Settings['passkeys'];
}

export interface DescribeInput extends Configured {
  readonly cookies: CookieSettings;
  readonly table: RouteTable;
  readonly mount: string;
}

/** Describes the routes from the table that serves them. */
export function describeRoutes({ table, mount, cookies, ...configured }: DescribeInput): OpenApiDocument {
  const { transport } = configured;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries<AnyRoute>({ ...table })) {
    if (!isRouteOn(route, configured)) continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, { route, ...configured }) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sallyport', version: '1' },
    servers: [{ url: mount === '' ? '/' : mount }],
    paths,
    components: componentsOf({ transport, cookies }),
  };
}

interface Described extends Configured {
  readonly route: AnyRoute;
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
    // A provider adds what it likes.
    additionalProperties: isForm,
  };
  return {
    operationId,
    summary: route.summary,
    ...limitOf(route, throttling),
    ...securityOf(route.access, transport),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(isQuery || free.length === 0
      ? {}
      : { requestBody: { required: bodyRequired.length > 0, content: { [isForm ? 'application/x-www-form-urlencoded' : 'application/json']: { schema: body } } } }),
    responses: responsesOf(described),
  };
}

function securityOf(access: Access, transport: Transport): JsonSchema {
  const scheme = transport === 'cookie' ? { accessCookie: [] } : { accessToken: [] };
  if (access === 'public') return { security: [] };
  return { security: access === 'public-or-session' || access.includes('challenge') ? [{}, scheme] : [scheme] };
}

/** How many requests a source may make (security.md L3): of all routes together that are under one limit. */
function limitOf({ limit: name = 'rest' }: AnyRoute, { enabled, source, limits }: ThrottlingSettings): JsonSchema {
  if (!enabled || !source) return {};
  const { points, window } = limits[name];
  return { 'x-ratelimit': { name, points, windowSeconds: Math.ceil(window / 1_000) } };
}

function responsesOf(described: Described): JsonSchema {
  const { route, transport, throttling } = described;
  const isLimited = throttling.enabled && throttling.source;
  const unsafe = route.method === 'GET' ? [] : [...WITH_BODY, ...CROSS_SITE[transport]];
  const codes = new Set([...ANY_ROUTE, ...unsafe, ...BY_ACCESS[route.access], ...(isLimited ? BY_SOURCE : []), ...route.errors]);
  const statuses = new Set([...codes].map((code) => ERRORS[code].status));
  const failures = [...statuses].map((status) => [
    String(status),
    {
      ...headersOf({ isLimited, retryAfter: RETRYABLE.has(status) }),
      description: [...codes].filter((code) => ERRORS[code].status === status).join(', '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
    },
  ]);
  const location = route.status === 303 ? LOCATION : {};
  const success = { ...headersOf({ isLimited, retryAfter: false, location }), ...successOf(described) };
  return { [String(route.status)]: success, ...Object.fromEntries(failures) };
}

interface AnnouncedHeaders {
  readonly isLimited: boolean;
  readonly retryAfter: boolean;
  readonly location?: JsonSchema;
}

function headersOf({ isLimited, retryAfter, location = {} }: AnnouncedHeaders): JsonSchema {
  const headers = { ...(isLimited ? RATE_LIMIT_HEADERS : {}), ...(retryAfter ? RETRY_AFTER : {}), ...location };
  return Object.keys(headers).length === 0 ? {} : { headers };
}

function successOf(described: Described): JsonSchema {
  const { route, transport } = described;
  if (route.status === 204) return { description: route.message };
  if (route.status === 303) return { description: route.message };
  const full = dataSchema(route, described);
  const data = transport === 'cookie' ? withoutTokens(full) : full;
  const schema = route.bare === undefined ? successSchema(data) : data;
  return { description: route.message || route.summary, content: { 'application/json': { schema } } };
}

/** In cookie mode tokens are cookies, and in no body. */
function withoutTokens(schema: JsonSchema): JsonSchema {
  const { anyOf, properties, required } = schema;
  if (Array.isArray(anyOf)) return { ...schema, anyOf: anyOf.map(withoutTokens) };
  if (typeof properties !== 'object' || properties === null) return schema;
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !TOKEN_FIELDS.has(name))),
    ...(Array.isArray(required) ? { required: required.filter((name) => !TOKEN_FIELDS.has(name)) } : {}),
  };
}
