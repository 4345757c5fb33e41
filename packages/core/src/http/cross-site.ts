import type { AuthRequest } from '../model/http-messages.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export type RequestOrigin = Pick<AuthRequest, 'method' | 'header'>;

/**
 * Whether a page of another site may have sent this request: an unsafe method without a trusted `Origin`. Browsers send
 * cookies with cross-site requests, so in cookie mode these are refused, including login and refresh (security.md S7).
 */
export function isCrossSite(request: RequestOrigin, trusted: readonly string[]): boolean {
  if (isSafe(request.method)) return false;
  const origin = request.header('origin');
  return origin === undefined ? request.header('sec-fetch-site') !== 'same-origin' : !trusted.includes(origin);
}

/** RFC 9110 9.2.1. */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}
