import type { Server } from 'node:net';
import type { Auth } from '@sallyport/core';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import express from 'express';

export function serveByExpress5(auth: Auth, mount = '/auth'): Server {
  const app = express();
  app.use(mount, authRouter(auth));
  app.all('/hello', requireAuth(auth), (req, res) => void res.type('text/plain').end(`Hello, ${req.auth.user.name}`));
  return app.listen(0, '127.0.0.1');
}
