import type { Server } from 'node:net';
import type { Auth } from '@sallyport/core';
import fastify from 'fastify';
import { toRequest } from './node-requests.js';

export async function serveByFastify(auth: Auth, mount = '/auth'): Promise<Server> {
  const app = fastify();
  await app.register((routes) => {
    // The library reads bodies itself, up to 16 KiB.
    routes.removeAllContentTypeParsers();
    routes.addContentTypeParser('*', (_request, _body, done) => done(null));
    routes.all(`${mount}/*`, ({ raw, ip }, reply) => auth.fetch(toRequest(raw, reply.raw), { ip, mount }));
  });
  app.all('/hello', async ({ raw, ip }, reply) => {
    const outcome = await auth.guard(toRequest(raw, reply.raw, { hasBody: false }), { ip });
    if (outcome.kind === 'refused') return outcome.response;
    return new Response(outcome.kind === 'allowed' ? `Hello, ${outcome.principal.user.name}` : '', { headers: outcome.headers });
  });
  return app.listen({ port: 0, host: '127.0.0.1' }).then(() => app.server);
}
