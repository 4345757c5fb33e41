import type { Context } from '../../context.js';
import { AuthError } from '../../errors.js';

/** The address that is registered with the provider. Built from `baseUrl`, never from the `Host` header (R4). */
export function callbackUrl(
  { settings: { baseUrl } }: Context,
  { provider, mount }: { readonly provider: string; readonly mount: string },
): string {
  if (baseUrl === undefined) throw new AuthError('INTERNAL');
  return `${new URL(baseUrl).origin}${mount}/providers/${provider}/callback`;
}
