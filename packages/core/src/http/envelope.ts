import { ERRORS, type AuthError } from '../errors.js';
import { isoTime } from '../foundation/iso-time.js';
import type { AnyRoute, HandlerResult } from './define-route.js';
import { streamedEnvelope } from './streamed-envelope.js';
import type { AuthReply } from '../model/http-messages.js';

export interface EnvelopeFacts {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const COMMON_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } as const;

/** An answer that is neither a success nor a failure of a route, such as to a CORS preflight. */
export function emptyReply(headers: AuthReply['headers'], { requestId }: Pick<EnvelopeFacts, 'requestId'>): AuthReply {
  return { status: 204, headers: { ...COMMON_HEADERS, 'X-Request-Id': requestId, ...headers }, body: null };
}

/** A body in the envelope of http-api.md, or without it if the route is `bare`. */
export function successReply(
  { route, result, cookies }: { readonly route: AnyRoute; readonly result: HandlerResult<unknown>; readonly cookies: readonly string[] },
  facts: EnvelopeFacts,
): AuthReply {
  const { data, lists, meta, failure } = result;
  const headers = {
    ...COMMON_HEADERS,
    'X-Request-Id': facts.requestId,
    ...(cookies.length === 0 ? {} : { 'Set-Cookie': cookies }),
    ...(meta?.retryAfter === undefined ? {} : { 'Retry-After': String(meta.retryAfter) }),
  };
  if (route.bare !== undefined) {
    return text(route.status, { ...headers, 'Cache-Control': route.bare.cacheControl }, result.json ?? JSON.stringify(data));
  }
  if (route.status === 204) return { status: 204, headers, body: null };
  const commonMeta = { timestamp: isoTime(facts.now), requestId: facts.requestId };
  if (failure !== undefined) {
    const { status, message } = ERRORS[failure];
    return json(status, headers, { success: false, error: message, code: failure, statusCode: status, data, meta: commonMeta });
  }
  if (lists !== undefined) {
    return text(route.status, headers, streamedEnvelope({ message: route.message, data, lists, meta: { ...commonMeta, ...meta } }));
  }
  return json(route.status, headers, { success: true, message: route.message, data, meta: { ...commonMeta, ...meta } });
}

/** Redirects the browser. */
export function redirectReply(
  { location, cookies }: { readonly location: string; readonly cookies: readonly string[] },
  { requestId }: Pick<EnvelopeFacts, 'requestId'>,
): AuthReply {
  // The page must not leak the code of a provider in the `Referer` of the resources that it loads.
  const headers = { Location: location, 'Referrer-Policy': 'no-referrer', ...(cookies.length === 0 ? {} : { 'Set-Cookie': cookies }) };
  return { ...emptyReply(headers, { requestId }), status: 303 };
}

/** The envelope of a failure. Only the error's table entry and its details are sent. */
export function failureReply(
  { error, tokenPresented, cookies }: { readonly error: AuthError; readonly tokenPresented: boolean; readonly cookies: readonly string[] },
  facts: EnvelopeFacts,
): AuthReply {
  const { code, statusCode, message, issues, retryAfterSeconds, requires, allow } = error;
  const headers = {
    ...COMMON_HEADERS,
    'X-Request-Id': facts.requestId,
    ...(cookies.length === 0 ? {} : { 'Set-Cookie': cookies }),
    ...(statusCode === 401 ? { 'WWW-Authenticate': challenge(error, tokenPresented) } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(allow === undefined ? {} : { Allow: allow.join(', ') }),
  };
  return json(statusCode, headers, {
    success: false,
    error: message,
    code,
    statusCode,
    meta: {
      timestamp: isoTime(facts.now),
      requestId: facts.requestId,
      ...(issues === undefined ? {} : { issues }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds }),
      ...(requires === undefined ? {} : { requires }),
    },
  });
}

/** RFC 6750 3, and RFC 9470 for step-up. */
function challenge({ code }: AuthError, tokenPresented: boolean): string {
  if (!tokenPresented) return 'Bearer';
  if (code === 'STEP_UP_REQUIRED') return 'Bearer error="insufficient_user_authentication"';
  return code === 'INVALID_TOKEN' ? 'Bearer error="invalid_token"' : 'Bearer';
}

function json(status: number, headers: AuthReply['headers'], body: unknown): AuthReply {
  return text(status, headers, JSON.stringify(body));
}

function text(status: number, headers: AuthReply['headers'], body: Exclude<AuthReply['body'], null>): AuthReply {
  return { status, headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8' }, body };
}
