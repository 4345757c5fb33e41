import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '../context.js';
import { AuthError } from '../errors.js';
import type { Principal } from '../model/principal.js';
import type { RequestHead } from './exchange.js';
import { guard } from './guard.js';

/** A request of any host: a web `Request`, a request of Node or Express, or an object with headers. */
export interface HeaderBearer {
  readonly method?: string | undefined;
  readonly headers: Headers | IncomingHttpHeaders;
}

/** The caller of the request, by its bearer token or its cookies; `null` if no user is logged in. */
export async function principalOf(context: Context, request: HeaderBearer): Promise<Principal | null> {
  const outcome = await guard(context, { request: headOf(request), rule: { optional: true }, sendsHeaders: false, isCounted: false });
  if (outcome.kind === 'allowed') return outcome.principal;
  if (outcome.kind === 'anonymous' || outcome.reply.status < 500) return null;
  throw new AuthError(outcome.reply.status === 503 ? 'STORE_UNAVAILABLE' : 'INTERNAL');
}

/** A request without a method counts as unsafe: in cookie mode it needs a trusted origin (security.md S7). */
function headOf({ method = 'POST', headers }: HeaderBearer): RequestHead {
  return { method, ip: undefined, mount: '', header: (name) => headerOf(headers, name) };
}

export function headerOf(headers: HeaderBearer['headers'], name: string): string | undefined {
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function isHeaders(headers: HeaderBearer['headers']): headers is Headers {
  return typeof headers.get === 'function';
}
