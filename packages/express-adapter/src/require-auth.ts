import { ConfigError } from '@sallyport/core';
import type { AccessOptions, Auth, GuardOutcome } from '@sallyport/core';
import type { RequestHandler } from 'express';
import type { GuardedHandler } from './guarded-request.js';
import { IncomingRequest } from './incoming-request.js';
import type { NameOption, Register } from './registered-auth.js';
import { requireMadeByCreateAuth } from './require-made-by-create-auth.js';
import { addHeaders, writeReply } from './write-reply.js';

/** Whether requests without a session are allowed. */
type Optional<IsOptional extends boolean> = { readonly optional?: IsOptional | undefined };

export type RequireAuthOptions<Role extends string, Permission extends string, IsOptional extends boolean> = Omit<
  AccessOptions<Role, Permission>,
  'optional'
> &
  Optional<IsOptional> &
  NameOption<Register>;

type OptionsArgument<Options> = Partial<Options> extends Options ? readonly [options?: Options] : readonly [options: Options];

const NAME = /^[A-Za-z$][\w$]*$/;

/** Properties that a request of Node or Express already has, or that body and cookie parsers set. */
const TAKEN: ReadonlySet<string> = new Set(
  ('aborted accepts app baseUrl body complete connection cookies destroyed fresh get header headers headersDistinct host hostname ' +
    'httpVersion ip ips is method next originalUrl params path protocol query rawHeaders res route secure signedCookies socket ' +
    'stale subdomains trailers url xhr').split(' '),
);

/**
 * Runs a route only for a live session, and sets `req.auth`. Otherwise the library answers: 401 `UNAUTHENTICATED` or
 * `INVALID_TOKEN`; 403 `FORBIDDEN` without one of the `roles` or without the `permission`; 401 `STEP_UP_REQUIRED` if the session
 * lacks the second factor (`aal: 2`) or if its last proof of a credential is older than `maxAge`. Throws `ConfigError` at once if
 * the options are invalid.
 *
 * With `optional: true` a request without a session passes too, with `req.auth` `undefined`. `as` names the property if another
 * library sets `req.auth`: see `Register`.
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
  return (req, res, next) => {
    const proceed = (outcome: GuardOutcome): void | Promise<void> => {
      if (outcome.kind === 'refused') return writeReply(res, outcome.reply);
      // Cookies of a session that was refreshed for this page, and CORS headers.
      addHeaders(res, outcome.headers);
      if (outcome.kind === 'allowed') Reflect.set(req, as, outcome.principal);
      next();
    };
    const outcome = auth.guard(new IncomingRequest(req), rule);
    return outcome instanceof Promise ? outcome.then(proceed) : proceed(outcome);
  };
}

function requireFreeName(name: unknown): void {
  if (typeof name === 'string' && NAME.test(name) && !TAKEN.has(name)) return;
  const message = 'must name a property that requests do not have, such as "sallyport"';
  throw new ConfigError([{ path: 'as', message }], 'requireAuth cannot start');
}
