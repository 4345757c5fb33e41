import type { Context } from '../../context.js';
import { invalidField } from '../../errors.js';

/**
 * Where the application may continue: a path of its own page, or an address at another configured origin (X3). Anything
 * else is `VALIDATION_FAILED`: a link to our own page must not lead to an attacker's.
 */
export function allowedRedirect({ settings }: Context, redirectTo: string | undefined): string | null {
  const { providerReturn: page } = settings.urls;
  if (redirectTo === undefined || page === undefined) return null;
  // Parsed as browsers do: a backslash counts as a slash, a line break is dropped.
  const url = URL.canParse(redirectTo, page) ? new URL(redirectTo, page) : null;
  const own = new URL(page).origin;
  const isAllowed = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && [own, ...settings.origins].includes(url.origin);
  // A path that begins with two slashes would be read as a host.
  if (!isAllowed || url.pathname.startsWith('//')) {
    throw invalidField('redirectTo', 'must be a path, or an address at a configured origin');
  }
  return url.origin === own ? url.pathname + url.search + url.hash : url.href;
}
