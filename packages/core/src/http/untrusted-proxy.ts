import type { Logger } from '../ports/logger.js';
import type { AuthRequest } from './messages.js';

/** What proxies, load balancers and content networks say of whom they speak for. */
const FORWARDED_FOR = [
  'x-forwarded-for',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
] as const;

/**
 * Warns, once, where a proxy seems to speak for clients and is not believed: then all of them have the proxy's address,
 * and share its limits (security.md L3). Anybody can send such a header, so nothing but the warning comes of it.
 */
export function warnOfUntrustedProxy(logger: Logger): (request: AuthRequest) => void {
  let hasWarned = false;
  return (request) => {
    if (hasWarned || request.trustsProxies !== false) return;
    const header = FORWARDED_FOR.find((name) => request.header(name) !== undefined);
    if (header === undefined) return;
    hasWarned = true;
    logger.warn(
      'a proxy speaks for clients, but none is trusted, so that they all have its address: set `trust proxy`, unless anybody can reach this server directly',
      { header },
    );
  };
}
