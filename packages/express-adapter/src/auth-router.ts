import type { Auth } from '@sallyport/core';
import type { RequestHandler } from 'express';
import { demandAuth } from './demand-auth.js';
import { IncomingRequest } from './incoming-request.js';
import { writeReply } from './write-reply.js';

/**
 * Serves the library's routes: `app.use('/auth', authRouter(auth))`. It answers everything below its mount, an unknown
 * route too, and hands nothing on, errors included. The client's address is `req.ip`, so forwarded-for headers count as
 * far as the application's `trust proxy` says (security.md L3). Throws `ConfigError` for anything but what `createAuth` returns.
 */
export function authRouter(auth: Pick<Auth, 'handle'>): RequestHandler {
  demandAuth('authRouter', auth, ['handle']);
  return async (req, res) => {
    writeReply(res, await auth.handle(new IncomingRequest(req)));
  };
}
