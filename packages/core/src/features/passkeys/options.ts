import { isIP } from 'node:net';
import * as v from 'valibot';
import { orFalse } from '../../foundation/or-false.js';
import type { Schema } from '../../foundation/parse.js';
import { isOrigin } from '../../foundation/urls.js';

export interface PasskeyOptions {
  /**
   * The domain that passkeys belong to: that of the pages, or a parent domain that they share, such as `example.com`.
   * Passkeys work for no other domain, so it must not change later. Default: the host of `baseUrl`.
   */
  readonly rpId?: string | undefined;
  /** The application's name in the browser's dialogs. Default: `appName`. */
  readonly rpName?: string | undefined;
  /**
   * The origins whose pages may use passkeys, and `android:apk-key-hash:…` for Android apps. Default: the origin of
   * `baseUrl`, and `trustedOrigins`.
   */
  readonly origins?: readonly string[] | undefined;
}

export interface PasskeySettings {
  readonly rpId: string;
  readonly rpName: string;
  readonly origins: readonly string[];
}

interface GivenOptions {
  readonly rpId: string | undefined;
  readonly rpName: string | undefined;
  readonly origins: readonly string[] | undefined;
}

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ANDROID_ORIGIN = /^android:apk-key-hash:[\w-]{43}$/;

const passkeyOrigin = v.pipe(
  v.string(),
  v.check((text) => isOrigin(text) || ANDROID_ORIGIN.test(text), 'must be an origin such as https://example.com, or android:apk-key-hash:…'),
);

const given = v.pipe(
  v.strictObject({
    rpId: v.optional(v.pipe(v.string(), v.check(isDomain, 'must be a domain such as example.com: no scheme, port or IP address'))),
    rpName: v.optional(v.pipe(v.string(), v.check((name) => name.length >= 1 && name.length <= 64, 'must be 1 to 64 characters long'))),
    origins: v.optional(v.pipe(v.array(passkeyOrigin), v.minLength(1, 'must name an origin'))),
  }),
  v.transform(({ rpId, rpName, origins }) => ({ rpId, rpName, origins })),
);

export const passkeyOptions: Schema<GivenOptions | false | undefined> = v.optional(
  orFalse<GivenOptions | false>(given, { off: false, message: 'must be { rpId, rpName, origins } or false' }),
);

interface Surroundings {
  readonly passkeys?: GivenOptions | false | undefined;
  readonly appName: string;
  readonly baseUrl?: string | undefined;
  readonly trustedOrigins: readonly string[];
}

/** Returns `undefined` if passkeys are off. `passkeyFault` has already refused incomplete options. */
export function passkeySettings({ passkeys, appName, ...urls }: Surroundings): PasskeySettings | undefined {
  if (passkeys === false) return undefined;
  const { rpId = domainOf(urls.baseUrl), rpName = appName, origins = originsOf(urls) } = passkeys ?? NOT_GIVEN;
  return rpId === undefined || origins.length === 0 ? undefined : { rpId, rpName, origins };
}

const NOT_GIVEN: GivenOptions = { rpId: undefined, rpName: undefined, origins: undefined };

/**
 * What is missing from the given options; `null` if nothing is. If no options are given and they cannot be derived,
 * passkeys are off.
 */
export function passkeyFault({ passkeys, ...urls }: Pick<Surroundings, 'passkeys' | 'baseUrl' | 'trustedOrigins'>): string | null {
  if (passkeys === undefined || passkeys === false) return null;
  const { rpId = domainOf(urls.baseUrl), origins = originsOf(urls) } = passkeys;
  if (rpId === undefined) return 'rpId is needed where baseUrl has no domain: passkeys belong to one';
  if (origins.length === 0) return 'origins are needed without baseUrl and trustedOrigins';
  if (origins.some((origin) => ANDROID_ORIGIN.test(origin) || isWithin(rpId, new URL(origin).hostname))) return null;
  return 'rpId must be the domain of one of the origins, or one above it: browsers refuse any other';
}

function originsOf({ baseUrl, trustedOrigins }: Pick<Surroundings, 'baseUrl' | 'trustedOrigins'>): readonly string[] {
  return [...(baseUrl === undefined ? [] : [new URL(baseUrl).origin]), ...trustedOrigins];
}

function domainOf(url: string | undefined): string | undefined {
  const host = url === undefined ? undefined : new URL(url).hostname;
  return host !== undefined && isDomain(host) ? host : undefined;
}

function isDomain(host: string): boolean {
  return DOMAIN.test(host) && isIP(host) === 0;
}

function isWithin(domain: string, host: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}
