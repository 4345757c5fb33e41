import type { Auth } from '@sallyport/core';
import type { ExpressHandler } from './express-types.js';
import { requireMadeByCreateAuth } from './require-made-by-create-auth.js';
import { IncomingRequest } from './incoming-request.js';
import { writeReply } from './write-reply.js';

/**
 * Serves the library's routes: `app.use('/auth', authRouter(auth))`. It answers every request below its mount path, including
 * unknown routes, errors and CORS preflights of `trustedOrigins`, and never calls `next`. The client's address is `req.ip`: the
 * application's `trust proxy` setting decides which forwarded-for headers count (security.md L3). Throws `ConfigError` if `auth`
 * is not the result of `createAuth`.
 */
export function authRouter(auth: Pick<Auth, 'handle'>): ExpressHandler {
  requireMadeByCreateAuth('authRouter', auth, ['handle']);
  return (req, res, next) => {
    auth.handle(new IncomingRequest(req)).then((reply) => writeReply(res, reply)).catch(next);
  };
}
