import type { Auth } from '@sallyport/core';
import type { ExpressHandler } from './express-types.js';
import { requireMadeByCreateAuth } from './require-made-by-create-auth.js';
import { IncomingRequest } from './incoming-request.js';
import { writeReply } from './write-reply.js';

/**
 * Serves the library's routes: `app.use('/auth', authRouter(auth))`. It answers everything below its mount, unknown routes and CORS
 * preflights of `trustedOrigins` too, and passes nothing on, errors included. The client's address is `req.ip`: forwarded-for headers
 * count as far as the application's `trust proxy` says (security.md L3). Throws `ConfigError` if `auth` is not what `createAuth` returns.
 */
export function authRouter(auth: Pick<Auth, 'handle'>): ExpressHandler {
  requireMadeByCreateAuth('authRouter', auth, ['handle']);
  return (req, res, next) => {
    auth.handle(new IncomingRequest(req)).then((reply) => writeReply(res, reply)).catch(next);
  };
}
