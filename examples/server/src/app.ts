import type { Auth, Logger } from '@sallyport/core';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import express from 'express';
import type { ErrorRequestHandler, Express } from 'express';
import { docsRouter } from './docs.js';
import type { Settings } from './settings.js';

export interface AppParts {
  readonly auth: Auth;
  readonly logger: Logger;
  readonly trustProxy: Settings['trustProxy'];
}

/** The application: the library's routes, and some of its own that ask who is there. */
export function createApp({ auth, logger, trustProxy }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);

  app.use('/auth', authRouter(auth));
  app.use('/docs', docsRouter('../auth/openapi.json'));

  app.get('/profile', requireAuth(auth), (req, res) => {
    res.json({ message: `Hello, ${req.auth.user.name}`, user: req.auth.user, session: req.auth.session });
  });

  app.get('/admin', requireAuth(auth, { roles: ['admin'] }), (req, res) => {
    res.json({ message: `Hello, administrator ${req.auth.user.name}` });
  });

  // For load balancers, without the envelope that /auth/health has.
  app.get('/health', async (_req, res) => {
    const health = await auth.health();
    res.status(health.status === 'ok' ? 200 : 503).set('Cache-Control', 'no-store').json(health);
  });

  app.get('/', (_req, res) => {
    res.json({ routes: '/docs', document: '/auth/openapi.json', yours: ['/profile', '/admin', '/health'] });
  });

  app.use((_req, res) => {
    res.status(404).json({ error: 'Not found' });
  });

  const onFault: ErrorRequestHandler = (error, _req, res, next) => {
    logger.error('request failed', { fault: error instanceof Error ? error.stack : typeof error });
    if (res.headersSent) next(error);
    else res.status(500).json({ error: 'Something went wrong' });
  };
  app.use(onFault);
  return app;
}
