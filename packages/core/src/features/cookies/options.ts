import * as v from 'valibot';
import type { Schema } from '../../foundation/parse.js';

export interface CookieOptions {
  /**
   * The first part of the cookies' names, so that two applications on one host have different cookies: `__Host-sp_at` with `'sp'`. 1 to 32
   * letters, digits and hyphens. Default `'sp'`.
   */
  readonly prefix?: string | undefined;
}

export interface CookieNames {
  readonly access: string;
  readonly refresh: string;
  readonly device: string;
  /** Identifies the browser that began a login with an external provider; set in both transports. */
  readonly provider: string;
}

export interface CookieSettings {
  readonly names: CookieNames;
  /** Whether the cookies are `Secure`, and their names begin with `__Host-`. */
  readonly secure: boolean;
}

export const cookieOptions: Schema<{ readonly prefix: string }> = v.strictObject({
  prefix: v.optional(
    v.pipe(v.string(), v.check((prefix) => /^[A-Za-z0-9-]{1,32}$/.test(prefix), 'must be 1 to 32 letters, digits and hyphens')),
    'sp',
  ),
});

/** RFC 6265bis 4.1.3.2: browsers take a `__Host-` cookie only from its own origin over https, for every path (security.md S7). */
export function cookieSettings({ prefix, secure }: { readonly prefix: string; readonly secure: boolean }): CookieSettings {
  const start = secure ? `__Host-${prefix}` : prefix;
  return { names: { access: `${start}_at`, refresh: `${start}_rt`, device: `${start}_dt`, provider: `${start}_px` }, secure };
}
