import type { Context } from '../../context.js';
import { isLoopback, isPlainHttp } from '../../foundation/urls.js';

/** Warns at the start of cookie mode over http, which is for development only (security.md S7). The doctor finds it too. */
export function warnAboutPlainHttp({ settings, logger }: Pick<Context, 'settings' | 'logger'>): void {
  const { transport, baseUrl, cookies } = settings;
  if (transport !== 'cookie' || baseUrl === undefined) return;
  if (!cookies.secure) {
    logger.warn('baseUrl is http on this machine: cookies are neither Secure nor bound to the host by their names; use this in development only', {
      baseUrl,
      cookie: cookies.names.access,
    });
  } else if (isPlainHttp(baseUrl)) {
    const problem = isLoopback(baseUrl) ? 'Safari keeps no Secure cookie of it' : 'browsers keep no Secure cookie of it, so nobody stays logged in';
    logger.warn(`baseUrl is http in cookie mode: ${problem}; serve it over https`, { baseUrl });
  }
}
