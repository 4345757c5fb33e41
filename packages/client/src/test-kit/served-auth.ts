import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAuth } from '@sallyport/core';
import type { Auth, AuthConfig } from '@sallyport/core';
import { createMemoryStore, inbox } from '@sallyport/core/testing';
import type { Inbox } from '@sallyport/core/testing';
import { authRouter, requireAuth } from '@sallyport/express-adapter';
import express from 'express';
import type { Express, RequestHandler } from 'express';
import { onTestFinished } from 'vitest';

export const PASSWORD = 'seven violet otters';

export interface ServedAuth {
  readonly origin: string;
  readonly auth: Auth;
  readonly mail: Inbox;
  /** Method and path of every request so far. */
  readonly requests: readonly string[];
  /** Runs before everything else. The library does not see requests that it answers. */
  intercept(handler: RequestHandler): void;
}

export async function listen(app: Express): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = app.listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => server.close().closeAllConnections());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { server, origin: `http://localhost:${address.port}` };
}

/** Serves the library at `/auth` and one application route on a real socket until the test is over. */
export async function serveAuth(
  config: Partial<AuthConfig> = {},
  { extend }: { readonly extend?: (app: Express, auth: Auth) => void } = {},
): Promise<ServedAuth> {
  const mail = inbox();
  const requests: string[] = [];
  let interceptor: RequestHandler = (_req, _res, next) => next();
  const app = express();
  const { server, origin } = await listen(app);
  const auth = createAuth({
    secret: 'the secret of tests, 32 bytes long or more',
    store: createMemoryStore(),
    passwords: { cost: 4 },
    logger: false,
    notifier: mail,
    baseUrl: origin,
    ...config,
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await auth.close();
  });
  app.use((req, _res, next) => {
    requests.push(`${req.method} ${req.path}`);
    next();
  });
  app.use((req, res, next) => interceptor(req, res, next));
  extend?.(app, auth);
  app.use('/auth', authRouter(auth));
  app.all('/hello', requireAuth(auth), express.json(), (req, res) => {
    res.json({ hello: req.auth.user.name, sent: req.body ?? null });
  });
  app.get('/strict', requireAuth(auth, { aal: 2 }), (_req, res) => void res.json({}));
  return {
    origin,
    auth,
    mail,
    requests,
    intercept(handler) {
      interceptor = handler;
    },
  };
}

/** `fetch` that stores cookies as a browser does on a page of this origin. */
export function browserLike(origin: string): typeof fetch {
  const jar = new Map<string, string>();
  return async (input, init) => {
    const request = new Request(input, init);
    if (request.credentials !== 'omit') {
      request.headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    if (request.method !== 'GET') request.headers.set('origin', origin);
    const response = await fetch(request);
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
}
