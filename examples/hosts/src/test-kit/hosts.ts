import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Auth } from '@sallyport/core';
import { onTestFinished, vi } from 'vitest';
import { serveByExpress4 } from '../express-4.js';
import { serveByExpress5 } from '../express-5.js';
import { serveByFastify } from '../fastify.js';
import { serveByHono } from '../hono.js';
import { serveByNodeHttp } from '../node-http.js';
import { serveRouteHandlers } from './serve-route-handlers.js';

export type Serve = (auth: Auth, mount?: string) => Server | Promise<Server>;

/** The host that the others are compared with. */
export const REFERENCE: Serve = serveByExpress5;

export const HOSTS: Readonly<Record<string, Serve>> = {
  'Express 4': serveByExpress4,
  'auth.fetch on node:http': serveByNodeHttp,
  'Fastify 5': serveByFastify,
  'Next.js route handlers': serveByRouteHandlers,
  // Last, because its server replaces the global `Request` and `Response`.
  Hono: serveByHono,
};

/** Next.js mounts by folders, so only at `/auth`. */
export const takesMount = (serve: Serve): boolean => serve !== serveByRouteHandlers;

async function serveByRouteHandlers(auth: Auth): Promise<Server> {
  vi.resetModules();
  vi.doMock('#auth', () => ({ auth }));
  const [routes, hello] = await Promise.all([import('../next/app/auth/[[...path]]/route.js'), import('../next/app/hello/route.js')]);
  return serveRouteHandlers({ '/auth': routes, '/hello': hello });
}

/** Serves until the test is over. Returns the origin. */
export async function start(serve: Serve, auth: Auth, mount?: string): Promise<string> {
  const server = await serve(auth, mount);
  if (!server.listening) await once(server, 'listening');
  onTestFinished(async () => {
    if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections();
    server.close();
    await auth.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
