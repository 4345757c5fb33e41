import type { Transport } from '../auth-config.js';
import type { CookieSettings } from '../features/cookies/options.js';
import { ERRORS, REQUIREMENTS, type ErrorCode } from '../errors.js';
import { RATE_LIMIT, RATE_LIMIT_POLICY } from '../features/throttling/rate-limit-headers.js';

/** JSON Schema, limited to the parts that the document reads. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const object = (properties: Readonly<Record<string, unknown>>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** `meta` of a success. */
const meta = object(
  {
    timestamp: { type: 'string', format: 'date-time' },
    requestId: { type: 'string' },
    nextStep: { type: 'string', description: 'What a user interface should do next' },
    redirectTo: { type: 'string' },
    retryAfter: { type: 'integer', description: 'Of a challenge whose code was not sent: seconds until one can be' },
    recommendation: { type: 'string' },
    securityNote: { type: 'string' },
    status: { const: true },
    nextCursor: { type: ['string', 'null'], description: 'Of a page: what asks for the next one; null on the last' },
    total: { type: 'integer', description: 'Of a page: how many there are on all pages together' },
  },
  ['timestamp', 'requestId'],
);

const failure = object(
  {
    success: { const: false },
    error: { type: 'string', description: 'For people; may change' },
    code: { enum: Object.keys(ERRORS), description: 'For programs; never changes' },
    statusCode: { type: 'integer' },
    data: { type: 'object', description: 'Of an unhealthy server: how it is' },
    meta: object(
      {
        timestamp: { type: 'string', format: 'date-time' },
        requestId: { type: 'string' },
        issues: { type: 'array', items: object({ path: { type: 'string' }, message: { type: 'string' } }, ['path', 'message']) },
        retryAfter: { type: 'integer', description: 'Seconds' },
        requires: { enum: [...REQUIREMENTS] },
      },
      ['timestamp', 'requestId'],
    ),
  },
  ['success', 'error', 'code', 'statusCode', 'meta'],
);

const header = (description: string, schema: JsonSchema): JsonSchema => ({ description, schema });
const refTo = (name: string): JsonSchema => ({ $ref: `#/components/headers/${name}` });

/** Sent with every answer to a rate-limited source. */
export const RATE_LIMIT_HEADERS: JsonSchema = { [RATE_LIMIT]: refTo(RATE_LIMIT), [RATE_LIMIT_POLICY]: refTo(RATE_LIMIT_POLICY) };

export const RETRY_AFTER: JsonSchema = { 'Retry-After': refTo('Retry-After') };

export const LOCATION: JsonSchema = { Location: refTo('Location') };

const HEADERS: JsonSchema = {
  [RATE_LIMIT]: header('What is left of the limit: `"login";r=29;t=60`, 29 more within 60 seconds', { type: 'string' }),
  [RATE_LIMIT_POLICY]: header('The limit: `"login";q=30;w=60`, 30 requests at once, and as many in 60 seconds from then on', {
    type: 'string',
  }),
  Location: header('The page of the application, with `#code=…`, `#linked=…` or `#error=…`', { type: 'string' }),
  'Retry-After': header('Seconds until trying again makes sense', { type: 'integer' }),
};

interface Described {
  /** The codes of all failures. */
  readonly codes: ReadonlySet<ErrorCode>;
  readonly transport: Transport;
  readonly cookies: CookieSettings;
}

function securitySchemes({ transport, cookies }: Omit<Described, 'codes'>): JsonSchema {
  return transport === 'bearer'
    ? { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
    : { accessCookie: { type: 'apiKey', in: 'cookie', name: cookies.names.access } };
}

const AT = '2026-08-06T11:59:59.999Z';
const REQUEST_ID = '01K1Y0000000000000000000AA';

/** Further `meta` fields of some codes. */
const MORE_META: Readonly<Record<string, JsonSchema>> = {
  VALIDATION_FAILED: { issues: [{ path: 'email', message: 'is not an email address' }] },
  WEAK_PASSWORD: { issues: [{ path: 'password', message: 'is one of the most common passwords' }] },
  STEP_UP_REQUIRED: { requires: 'PASSWORD' },
  TOO_MANY_REQUESTS: { retryAfter: 30 },
  OVERLOADED: { retryAfter: 1 },
};

/** An example failure of each code that a route returns. */
function failureExamples(codes: ReadonlySet<ErrorCode>): JsonSchema {
  return Object.fromEntries(
    [...codes].map((code) => {
      const { message: error, status: statusCode } = ERRORS[code];
      const value = { success: false, error, code, statusCode, meta: { timestamp: AT, requestId: REQUEST_ID, ...MORE_META[code] } };
      return [code, { summary: error, value }];
    }),
  );
}

/** The components that all routes share. */
export function componentsOf({ codes, ...transported }: Described): Readonly<Record<string, JsonSchema>> {
  return {
    headers: HEADERS,
    schemas: { Meta: meta, Failure: failure },
    examples: failureExamples(codes),
    securitySchemes: securitySchemes(transported),
  };
}

/** The envelope of a success with this data. */
export function successSchema(data: JsonSchema): JsonSchema {
  return object(
    { success: { const: true }, message: { type: 'string' }, data, meta: { $ref: '#/components/schemas/Meta' } },
    ['success', 'message', 'data', 'meta'],
  );
}
