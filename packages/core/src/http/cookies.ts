import type { Settings } from '../config.js';
import type { CookieNames, CookieSettings } from '../features/cookies/options.js';
import { DEVICE_LIFETIME_MS } from '../model/device-lifetime.js';
import { addDeviceToken } from './device-cookie.js';

const DEVICE_SECONDS = DEVICE_LIFETIME_MS / 1_000;

export interface TokenCookies {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** One token for each of the last users of this browser; see `device-cookie.ts`. */
  readonly deviceToken?: string;
}

/** The fields that are cookies instead in cookie mode. */
export const TOKEN_FIELDS: ReadonlySet<string> = new Set(['accessToken', 'refreshToken', 'deviceToken', 'tokenType']);

const FIELDS = { access: 'accessToken', refresh: 'refreshToken', device: 'deviceToken' } as const;

/** Stands for a cookie that came twice. Never a valid token. */
const AMBIGUOUS = '';

/** The tokens among the cookies of a request. */
export function readTokenCookies(header: string | undefined, names: CookieNames): TokenCookies {
  if (header === undefined) return {};
  const tokens: { -readonly [Field in keyof TokenCookies]: string } = {};
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    const field = at === -1 ? undefined : fieldOf(trimBlanks(pair.slice(0, at)), names);
    if (field === undefined) continue;
    // Another site of the domain may have set a second one, and they cannot be told apart (S7).
    tokens[field] = field in tokens ? AMBIGUOUS : trimBlanks(pair.slice(at + 1));
  }
  return tokens;
}

function fieldOf(name: string, names: CookieNames): keyof TokenCookies | undefined {
  if (name === names.access) return FIELDS.access;
  if (name === names.refresh) return FIELDS.refresh;
  return name === names.device ? FIELDS.device : undefined;
}

/**
 * Removes SP and HTAB at both ends (RFC 6265bis 5.6). `trim()` removes U+00A0 too: browsers let any subdomain set
 * `\xA0__Host-sp_at` for the whole domain, since that name has not the prefix (S7). No regular expression: it would be
 * quadratic in a run of blanks.
 */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** What binds logins with external providers to this browser; `undefined` if it is missing, ambiguous or not of our making. */
export function readBrowserToken(header: string | undefined, { provider }: CookieNames): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at !== -1 && trimBlanks(pair.slice(0, at)) === provider ? [trimBlanks(pair.slice(at + 1))] : [];
  });
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/** The `Set-Cookie` line of that cookie. A form that a provider's page posts brings cookies along only with `SameSite=None`. */
export function browserTokenCookie(
  value: string,
  { names, secure, crossSitePost, seconds }: CookieSettings & { readonly crossSitePost: boolean; readonly seconds: number },
): string {
  return cookieLine({ name: names.provider, value, seconds, secure, sameSite: crossSitePost && secure ? 'None' : 'Lax' });
}

export interface CookieContext extends CookieSettings {
  readonly accessSeconds: number;
  /** The longest that a session can live. */
  readonly refreshSeconds: number;
  /** The device cookie that came along. */
  readonly deviceToken?: string | undefined;
}

export function cookieContext({ cookies, tokens, session }: Settings, { deviceToken }: TokenCookies): CookieContext {
  return {
    ...cookies,
    accessSeconds: Math.ceil(tokens.accessTtl / 1_000),
    refreshSeconds: Math.ceil(session.absoluteTtl / 1_000),
    deviceToken,
  };
}

/** The `Set-Cookie` lines for the tokens of an answer, and the answer without them. */
export function moveTokensToCookies(
  data: Readonly<Record<string, unknown>>,
  settings: CookieContext,
): { readonly cookies: readonly string[]; readonly data: Readonly<Record<string, unknown>> } {
  const { accessToken, refreshToken, deviceToken } = data;
  const { names } = settings;
  const line = (cookie: Omit<Cookie, 'secure'>): string => cookieLine({ ...cookie, secure: settings.secure });
  const cookies = [
    ...(typeof accessToken === 'string' ? [line({ name: names.access, value: accessToken, seconds: settings.accessSeconds, ...LAX })] : []),
    ...(typeof refreshToken === 'string' ? [line({ name: names.refresh, value: refreshToken, seconds: settings.refreshSeconds, ...LAX })] : []),
    ...(typeof deviceToken === 'string'
      ? [line({ name: names.device, value: addDeviceToken(settings.deviceToken, deviceToken), seconds: DEVICE_SECONDS, sameSite: 'Strict' })]
      : []),
  ];
  if (cookies.length === 0) return { cookies, data };
  return { cookies, data: Object.fromEntries(Object.entries(data).filter(([name]) => !TOKEN_FIELDS.has(name))) };
}

/** The `Set-Cookie` lines that end a session in the browser. The device stays known. */
export function clearTokenCookies({ names, secure }: CookieSettings): readonly string[] {
  return [names.access, names.refresh].map((name) => cookieLine({ name, value: '', seconds: 0, secure, ...LAX }));
}

/** Sent when a link of another site is followed, so that the visitor is logged in. Unsafe methods need a trusted origin besides. */
const LAX = { sameSite: 'Lax' } as const;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly seconds: number;
  readonly secure: boolean;
  readonly sameSite: 'Lax' | 'Strict' | 'None';
}

function cookieLine({ name, value, seconds, secure, sameSite }: Cookie): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; ${secure ? 'Secure; ' : ''}HttpOnly; SameSite=${sameSite}`;
}
