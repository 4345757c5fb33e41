import type { Transport } from '../config.js';
import { DEVICE_LIFETIME_MS } from '../model/device-lifetime.js';

/** RFC 6265bis: `__Host-` binds a cookie to this origin alone, `__Secure-` to https (security.md S7). */
const ACCESS = '__Host-sp_at';
const REFRESH = '__Secure-sp_rt';
const DEVICE = '__Host-sp_dt';

const DEVICE_SECONDS = DEVICE_LIFETIME_MS / 1_000;

export interface TokenCookies {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly deviceToken?: string;
}

/** What is in no body in cookie mode. */
export const TOKEN_FIELDS: ReadonlySet<string> = new Set(['accessToken', 'refreshToken', 'deviceToken', 'tokenType']);

/** The tokens among the cookies of a request. */
export function readTokenCookies(header: string | undefined): TokenCookies {
  const values = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    // The first one counts: browsers send the most specific path first.
    const name = pair.slice(0, Math.max(at, 0)).trim();
    if (at > 0 && !values.has(name)) values.set(name, pair.slice(at + 1).trim());
  }
  const accessToken = values.get(ACCESS);
  const refreshToken = values.get(REFRESH);
  const deviceToken = values.get(DEVICE);
  return {
    ...(accessToken === undefined ? {} : { accessToken }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(deviceToken === undefined ? {} : { deviceToken }),
  };
}

export interface CookieSettings {
  readonly mount: string;
  /** How long a session lives at most. */
  readonly refreshSeconds: number;
  readonly accessSeconds: number;
}

/** The `Set-Cookie` lines for the tokens of an answer, and the answer without them. */
export function moveTokensToCookies(
  data: Readonly<Record<string, unknown>>,
  settings: CookieSettings,
): { readonly cookies: readonly string[]; readonly data: Readonly<Record<string, unknown>> } {
  const { accessToken, refreshToken, deviceToken } = data;
  const cookies = [
    ...(typeof accessToken === 'string' ? [access(accessToken, settings.accessSeconds)] : []),
    ...(typeof refreshToken === 'string' ? [refresh(refreshToken, settings.refreshSeconds, settings.mount)] : []),
    ...(typeof deviceToken === 'string' ? [`${DEVICE}=${deviceToken}; Path=/; Max-Age=${DEVICE_SECONDS}; ${STRICT}`] : []),
  ];
  if (cookies.length === 0) return { cookies, data };
  return { cookies, data: Object.fromEntries(Object.entries(data).filter(([name]) => !TOKEN_FIELDS.has(name))) };
}

/** The `Set-Cookie` lines that end a session in the browser. The device stays known. */
export function clearTokenCookies(mount: string): readonly string[] {
  return [access('', 0), refresh('', 0, mount)];
}

const STRICT = 'Secure; HttpOnly; SameSite=Strict';

/** Lax: a visitor who follows a link is logged in; whoever changes anything is asked for their origin besides. */
function access(value: string, maxAgeSeconds: number): string {
  return `${ACCESS}=${value}; Path=/; Max-Age=${maxAgeSeconds}; Secure; HttpOnly; SameSite=Lax`;
}

/** Sent to the mount alone, so that no other route of the application ever holds it. */
function refresh(value: string, maxAgeSeconds: number, mount: string): string {
  // A mount may hold parts of the request's path; one that could end the attribute early is not repeated.
  const path = /^(?:\/[\w\-.~%]+)+$/.test(mount) ? mount : '/';
  return `${REFRESH}=${value}; Path=${path}; Max-Age=${maxAgeSeconds}; ${STRICT}`;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

export interface CrossSiteCheck {
  readonly transport: Transport;
  readonly trusted: readonly string[];
  readonly method: string;
  readonly header: (name: string) => string | undefined;
}

/**
 * Whether another site's page may be behind the request. Cookies go along by themselves, so in cookie mode every unsafe
 * method has to come from an origin that is trusted, login and refresh too, and never as a form (security.md S7).
 */
export function isCrossSite({ transport, trusted, method, header }: CrossSiteCheck): boolean {
  if (transport === 'bearer' || SAFE_METHODS.has(method)) return false;
  if (FORM_TYPE.test(header('content-type') ?? '')) return true;
  const origin = header('origin');
  return origin === undefined ? header('sec-fetch-site') !== 'same-origin' : !trusted.includes(origin);
}
