import type { Settings } from '../config.js';
import type { CookieNames, CookieSettings } from '../features/cookies/options.js';
import { DEVICE_LIFETIME_MS } from '../model/device-lifetime.js';
import { addDeviceToken } from './device-cookie.js';

const DEVICE_SECONDS = DEVICE_LIFETIME_MS / 1_000;

export interface TokenCookies {
  readonly accessToken?: string;
  readonly refreshToken?: string;
  /** One token for each of this browser's last users; see `device-cookie.ts`. */
  readonly deviceToken?: string;
}

/** The fields that are sent as cookies in cookie mode. */
export const TOKEN_FIELDS: ReadonlySet<string> = new Set(['accessToken', 'refreshToken', 'deviceToken', 'tokenType']);

const FIELDS = { access: 'accessToken', refresh: 'refreshToken', device: 'deviceToken' } as const;

/** The value of a cookie that was sent twice. Never a valid token. */
const AMBIGUOUS = '';

/** The tokens among the cookies of a request. */
export function readTokenCookies(header: string | undefined, names: CookieNames): TokenCookies {
  if (header === undefined) return {};
  const tokens: { -readonly [Field in keyof TokenCookies]: string } = {};
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    const field = at === -1 ? undefined : fieldOf(trimBlanks(pair.slice(0, at)), names);
    if (field === undefined) continue;
    // Another site of the domain may have set the second one, and the two cannot be told apart (S7).
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
 * Removes SP and HTAB at both ends (RFC 6265bis 5.6). `trim()` also removes U+00A0: browsers let any subdomain set
 * `\xA0__Host-sp_at` for the whole domain, since that name does not have the prefix (S7). No regular expression: it
 * would be quadratic in a run of blanks.
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

/**
 * The token that binds logins with external providers to this browser; `undefined` if it is missing, ambiguous or
 * malformed.
 */
export function readBrowserToken(header: string | undefined, { provider }: CookieNames): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at !== -1 && trimBlanks(pair.slice(0, at)) === provider ? [trimBlanks(pair.slice(at + 1))] : [];
  });
  const [value] = values;
  return values.length === 1 && value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

/**
 * The `Set-Cookie` line of that cookie. A form posted from a provider's page sends cookies only with `SameSite=None`.
 */
export function browserTokenCookie(
  value: string,
  { names, secure, crossSitePost, seconds }: CookieSettings & { readonly crossSitePost: boolean; readonly seconds: number },
): string {
  return cookieLine({ name: names.provider, value, seconds, secure, sameSite: crossSitePost && secure ? 'None' : 'Lax' });
}

export interface CookieContext extends CookieSettings {
  readonly accessSeconds: number;
  /** The maximum lifetime of a session. */
  readonly refreshSeconds: number;
  /** The device cookie of the request. */
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

/** The `Set-Cookie` lines that end a session in the browser. The device cookie stays. */
export function clearTokenCookies({ names, secure }: CookieSettings): readonly string[] {
  return [names.access, names.refresh].map((name) => cookieLine({ name, value: '', seconds: 0, secure, ...LAX }));
}

/**
 * Sent when a link on another site is followed, so that the visitor is logged in. Unsafe methods also need a trusted
 * origin.
 */
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
