import type { AccessOptions, Auth } from '@sallyport/core';
import type { ExpressHandler, ExpressRequest, ExpressResponse } from './express-types.js';
import { demandAuth } from './demand-auth.js';
import { IncomingRequest } from './incoming-request.js';
import type { PrincipalOf, Register } from './registered-auth.js';
import { addHeaders, writeReply } from './write-reply.js';

declare global {
  namespace Express {
    interface Request {
      /** Who asks: the user, the session and the token's claims. There only behind `requireAuth`. */
      auth: PrincipalOf<Register>;
    }
  }
}

/**
 * Lets a route run for a live session only, and sets `req.auth`. Anybody else gets the library's answer: 401
 * `UNAUTHENTICATED` or `INVALID_TOKEN`, 403 `FORBIDDEN` without one of the `roles` or without the `permission`, 401 `STEP_UP_REQUIRED` where the
 * session lacks the second factor (`aal: 2`) or its last proof of a credential is older than `maxAge`. Throws
 * `ConfigError` at once where the options are wrong.
 *
 * With `optional: true` a request without a session passes too, and `req.auth` is `undefined` then, although its type does not
 * say so yet: test it before you read it.
 */
export function requireAuth<Role extends string, Permission extends string>(
  auth: Pick<Auth<Role, Permission>, 'guard' | 'accessRule'>,
  options: AccessOptions<NoInfer<Role>, NoInfer<Permission>> = {},
): ExpressHandler {
  demandAuth('requireAuth', auth, ['guard', 'accessRule']);
  const rule = auth.accessRule(options);
  const decide = async (req: ExpressRequest, res: ExpressResponse): Promise<boolean> => {
    const outcome = await auth.guard(new IncomingRequest(req), rule);
    if (outcome.kind === 'refused') {
      await writeReply(res, outcome.reply);
      return false;
    }
    // Cookies of a session that was refreshed for this page, and what CORS asks for.
    addHeaders(res, outcome.headers);
    if (outcome.kind === 'allowed') req.auth = outcome.principal;
    return true;
  };
  return (req, res, next) => {
    decide(req, res).then((mayPass) => mayPass && next(), next);
  };
}
