import { ERRORS, type ErrorCode } from '../errors.js';
import type { Transport } from '../auth-config.js';
import type { ProfileSchema } from '../features/profile/options.js';
import type { ThrottlingSettings } from '../features/throttling/options.js';
import type { Access } from '../http/access.js';
import { TOKEN_FIELDS } from '../http/cookies.js';
import type { AnyRoute } from '../http/define-route.js';
import type { OptionalSettings } from '../http/optional-feature.js';
import { LOCATION, RATE_LIMIT_HEADERS, RETRY_AFTER, successSchema, type JsonSchema } from './openapi-components.js';
import { dataSchema } from './route-schema.js';

const ANY_ROUTE: readonly ErrorCode[] = ['VALIDATION_FAILED', 'STORE_UNAVAILABLE', 'INTERNAL'];
const WITH_BODY: readonly ErrorCode[] = ['MALFORMED_JSON', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** Additional errors of unsafe methods (security.md S7). */
const CROSS_SITE: Readonly<Record<Transport, readonly ErrorCode[]>> = { bearer: [], cookie: ['ORIGIN_NOT_TRUSTED'] };

/** Errors of any route if the source is at its limit (security.md L3). */
const BY_SOURCE: readonly ErrorCode[] = ['TOO_MANY_REQUESTS'];

/** The statuses that tell when to retry, if that is known. */
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

/** The parts of the configuration that appear in the document. */
export interface Configured extends OptionalSettings {
  readonly transport: Transport;
  readonly profile: ProfileSchema | undefined;
  readonly throttling: ThrottlingSettings;
}

export interface Described extends Configured {
  readonly route: AnyRoute;
}

const isLimitedBySource = ({ throttling }: Configured): boolean => throttling.enabled && throttling.source;

/** The codes of all failures that the route can return. */
export function codesOf(described: Described): ReadonlySet<ErrorCode> {
  const { route, transport } = described;
  const unsafe = route.method === 'GET' ? [] : [...WITH_BODY, ...CROSS_SITE[transport]];
  const bySource = isLimitedBySource(described) ? BY_SOURCE : [];
  return new Set([...ANY_ROUTE, ...unsafe, ...BY_ACCESS[route.access], ...bySource, ...route.errors]);
}

export function responsesOf(described: Described): JsonSchema {
  const { route } = described;
  const isLimited = isLimitedBySource(described);
  const codes = codesOf(described);
  const statuses = new Set([...codes].map((code) => ERRORS[code].status));
  const failures = [...statuses].map((status) => [
    String(status),
    {
      ...headersOf({ isLimited, retryAfter: RETRYABLE.has(status) }),
      description: [...codes].filter((code) => ERRORS[code].status === status).join(', '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' }, examples: examplesOf(codes, status) } },
    },
  ]);
  const location = route.status === 303 ? LOCATION : {};
  const success = { ...headersOf({ isLimited, retryAfter: false, location }), ...successOf(described) };
  return { [String(route.status)]: success, ...Object.fromEntries(failures) };
}

function examplesOf(codes: ReadonlySet<ErrorCode>, status: number): JsonSchema {
  const ofStatus = [...codes].filter((code) => ERRORS[code].status === status);
  return Object.fromEntries(ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }]));
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
  if (route.status === 204 || route.status === 303) return { description: route.message };
  const full = dataSchema(route, described);
  const data = transport === 'cookie' ? withoutTokens(full) : full;
  const schema = route.bare === undefined ? successSchema(data) : data;
  return { description: route.message || route.summary, content: { 'application/json': { schema } } };
}

/** In cookie mode tokens are cookies, and never in a body. */
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
