import { ConfigError } from '@sallyport/core';
import type { AccessOptions, Auth } from '@sallyport/core';
import type { RequestHandler } from 'express';
import type { GuardedHandler } from './guarded-request.js';
import { IncomingRequest } from './incoming-request.js';
import type { NameOption, Register } from './registered-auth.js';
import { requireMadeByCreateAuth } from './require-made-by-create-auth.js';
import { addHeaders, writeReply } from './write-reply.js';

/** Whether requests without a session pass. */
type Optional<IsOptional extends boolean> = { readonly optional?: IsOptional | undefined };

export type RequireAuthOptions<Role extends string, Permission extends string, IsOptional extends boolean> = Omit<
  AccessOptions<Role, Permission>,
  'optional'
> &
  Optional<IsOptional> &
  NameOption<Register>;

type OptionsArgument<Options> = Partial<Options> extends Options ? readonly [options?: Options] : readonly [options: Options];

const NAME = /^[A-Za-z$][\w$]*$/;

/** Properties that a request of Node or Express has, or that body and cookie parsers set. */
const TAKEN: ReadonlySet<string> = new Set(
  ('aborted accepts app baseUrl body complete connection cookies destroyed fresh get header headers headersDistinct host hostname ' +
    'httpVersion ip ips is method next originalUrl params path protocol query rawHeaders res route secure signedCookies socket ' +
    'stale subdomains trailers url xhr').split(' '),
);

/**
 * Lets a route run for a live session only, and sets `req.auth`. Anybody else gets the library's answer: 401
 * `UNAUTHENTICATED` or `INVALID_TOKEN`, 403 `FORBIDDEN` without one of the `roles` or without the `permission`, 401 `STEP_UP_REQUIRED` where the
 * session lacks the second factor (`aal: 2`) or its last proof of a credential is older than `maxAge`. Throws
 * `ConfigError` at once where the options are wrong.
 *
 * With `optional: true` a request without a session passes too, and `req.auth` is `undefined` then. `as` names the property if
 * another library has `req.auth`: see `Register`.
 */
export function requireAuth<Role extends string, Permission extends string, IsOptional extends boolean = false>(
  auth: Pick<Auth<Role, Permission>, 'guard' | 'accessRule'>,
  ...[options]: OptionsArgument<RequireAuthOptions<NoInfer<Role>, NoInfer<Permission>, IsOptional>>
): true extends IsOptional ? RequestHandler : GuardedHandler;
export function requireAuth(
  auth: Pick<Auth, 'guard' | 'accessRule'>,
  { as = 'auth', ...options }: AccessOptions & { readonly as?: string | undefined } = {},
): RequestHandler {
  requireMadeByCreateAuth('requireAuth', auth, ['guard', 'accessRule']);
  const rule = auth.accessRule(options);
  requireFreeName(as);
  return async (req, res, next) => {
    const outcome = await auth.guard(new IncomingRequest(req), rule);
    if (outcome.kind === 'refused') return writeReply(res, outcome.reply);
    // Cookies of a session that was refreshed for this page, and what CORS asks for.
    addHeaders(res, outcome.headers);
    if (outcome.kind === 'allowed') Reflect.set(req, as, outcome.principal);
    next();
  };
}

function requireFreeName(name: unknown): void {
  if (typeof name === 'string' && NAME.test(name) && !TAKEN.has(name)) return;
  const message = 'has to name a property that requests do not have, such as "sallyport"';
  throw new ConfigError([{ path: 'as', message }], 'requireAuth cannot start');
}
