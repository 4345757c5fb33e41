import { describeError } from '@sallyport/core';
import type { Auth, Logger } from '@sallyport/core';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import express from 'express';
import type { ErrorRequestHandler, Express } from 'express';
import { docsRouter } from './docs.js';
import { logRequests } from './log-requests.js';
import { mailboxRouter } from './mailbox.js';
import { isPageBuilt, pageRouter } from './page.js';
import type { Settings } from './settings.js';
import type { Web } from './web.js';

export interface AppParts {
  readonly auth: Auth;
  readonly logger: Logger;
  readonly trustProxy: Settings['trustProxy'];
  /** The page and what belongs to it; `undefined` if `auth` is not in cookie mode. */
  readonly web?: Web | undefined;
  /** Aborted when the server begins to shut down. */
  readonly stopping?: AbortSignal | undefined;
}

/** The application: the library's routes, and some of its own that require a session. */
export function createApp({ auth, logger, trustProxy, web, stopping }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);

  // These routes log their own requests. Programs get tokens in bodies, the page gets cookies.
  app.use('/auth', authRouter(auth.bearer));
  if (web !== undefined) app.use('/web/auth', authRouter(auth));
  app.use(logRequests(logger));
  app.use('/docs', docsRouter('../auth/openapi.json'));

  app.get('/profile', requireAuth(auth), (req, res) => {
    res.json({ message: `Hello, ${req.auth.user.name}`, user: req.auth.user, session: req.auth.session });
  });

  app.get('/admin', requireAuth(auth, { roles: ['admin'] }), (req, res) => {
    res.json({ message: `Hello, administrator ${req.auth.user.name}` });
  });

  // Whether to restart the process. An unreachable database is no reason.
  app.get('/livez', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'alive' });
  });

  // Whether to send requests to this process.
  app.get('/readyz', async (_req, res) => {
    const status = await readiness({ auth, stopping });
    res.status(status === 'ready' ? 200 : 503).set('Cache-Control', 'no-store').json({ status });
  });

  // For people and monitors, without the envelope of /auth/health.
  app.get('/health', async (_req, res) => {
    const health = await auth.health();
    res.status(health.status === 'healthy' ? 200 : 503).set('Cache-Control', 'no-store').json(health);
  });

  if (web?.mailbox !== undefined) app.use('/mailbox', mailboxRouter(web.mailbox, web.hosts));
  if (web !== undefined && isPageBuilt()) app.use(pageRouter(web));

  app.get('/', (_req, res) => {
    res.json({ routes: '/docs', document: '/auth/openapi.json', yours: ['/profile', '/admin', '/health', '/livez', '/readyz'] });
  });

  app.use((_req, res) => {
    res.status(404).json({ error: 'Not found' });
  });

  const onFault: ErrorRequestHandler = (error, _req, res, next) => {
    logger.error('request failed', { requestId: res.get('x-request-id'), ...describeError(error) });
    if (res.headersSent) next(error);
    else res.status(500).json({ error: 'Something went wrong' });
  };
  app.use(onFault);
  return app;
}

async function readiness({ auth, stopping }: Pick<AppParts, 'auth' | 'stopping'>): Promise<'ready' | 'stopping' | 'database-unreachable'> {
  if (stopping?.aborted === true) return 'stopping';
  return (await auth.health()).status === 'healthy' ? 'ready' : 'database-unreachable';
}
