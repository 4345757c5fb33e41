import type { AuthReply } from '../model/http-messages.js';

type Headers = AuthReply['headers'];

export interface CorsRequest {
  readonly method: string;
  readonly header: (name: string) => string | undefined;
}

const NO_HEADERS: Headers = {};
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'content-type, authorization, x-request-id';
/** What a page of another origin may read besides the headers of the CORS safelist. */
const EXPOSED = 'Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, WWW-Authenticate';
/** Firefox's upper bound is a day, Chromium's two hours. */
const PREFLIGHT_SECONDS = 7_200;
/** A list of field names (RFC 9110 5.1). It goes back in a header. */
const FIELD_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]?,[ \t]?[\w!#$%&'*+.^`|~-]+)*$/;

/** What tells the browser that a page of this trusted origin may read the answer (Fetch standard, CORS protocol). */
export function corsHeaders({ header }: CorsRequest, trusted: readonly string[]): Headers {
  if (trusted.length === 0) return NO_HEADERS;
  const origin = header('origin');
  // Answers differ by origin: a cache between must not give one origin's to another.
  if (origin === undefined || !trusted.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED,
  };
}

/** Whether a browser asks if a page of a trusted origin may send a request. */
export function isTrustedPreflight({ method, header }: CorsRequest, trusted: readonly string[]): boolean {
  return method === 'OPTIONS' && header('access-control-request-method') !== undefined && trusted.includes(header('origin') ?? '');
}

/** Allows every method and header: whether the route exists is said by the answer to the request itself, which the page can read. */
export function preflightHeaders({ header }: CorsRequest): Headers {
  const asked = header('access-control-request-headers') ?? '';
  return {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': asked.length <= 1_000 && FIELD_NAMES.test(asked) ? asked : REQUEST_HEADERS,
    'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
  };
}
