import type { AuthReply, AuthRequest } from '../model/http-messages.js';

type Headers = AuthReply['headers'];

export type CorsRequest = Pick<AuthRequest, 'method' | 'header'>;

const NO_HEADERS: Headers = {};
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'content-type, authorization, x-request-id';
/** The headers that a page of another origin may read, besides those of the CORS safelist. */
const EXPOSED = 'Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, WWW-Authenticate';
/** Firefox's upper bound is a day, Chromium's two hours. */
const PREFLIGHT_SECONDS = 7_200;
/** A list of field names (RFC 9110 5.1). It is echoed in a header, so it is validated. */
const FIELD_NAMES = /^[\w!#$%&'*+.^`|~-]+(?:[ \t]?,[ \t]?[\w!#$%&'*+.^`|~-]+)*$/;

/** The headers that let a page of this trusted origin read the answer (Fetch standard, CORS protocol). */
export function corsHeaders(request: CorsRequest, trusted: readonly string[]): Headers {
  if (trusted.length === 0) return NO_HEADERS;
  const origin = request.header('origin');
  // Answers differ by origin: a cache must not serve one origin's answer to another.
  if (origin === undefined || !trusted.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': EXPOSED,
  };
}

/** Whether this is the preflight of a trusted origin. */
export function isTrustedPreflight(request: CorsRequest, trusted: readonly string[]): boolean {
  if (request.method !== 'OPTIONS' || request.header('access-control-request-method') === undefined) return false;
  return trusted.includes(request.header('origin') ?? '');
}

/** Allows every method and header: the page learns from the request itself whether the route exists. */
export function preflightHeaders(request: CorsRequest): Headers {
  const asked = request.header('access-control-request-headers') ?? '';
  return {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': asked.length <= 1_000 && FIELD_NAMES.test(asked) ? asked : REQUEST_HEADERS,
    'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
  };
}
