import type { Server } from 'node:net';
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Auth } from '@sallyport/core';
import { Hono } from 'hono';

export function serveByHono(auth: Auth, mount = '/auth'): Server {
  const app = new Hono();
  app.all(`${mount}/*`, (c) => auth.fetch(c.req.raw, { ip: getConnInfo(c).remote.address ?? null, mount }));
  app.all('/hello', async (c) => {
    const outcome = await auth.guard(c.req.raw, { ip: getConnInfo(c).remote.address ?? null });
    if (outcome.kind === 'refused') return outcome.response;
    return new Response(outcome.kind === 'allowed' ? `Hello, ${outcome.principal.user.name}` : '', { headers: outcome.headers });
  });
  return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
}
