import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { Auth } from '@sallyport/core';
import { send, toRequest } from './node-requests.js';

export function serveByNodeHttp(auth: Auth, mount = '/auth'): Server {
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<Response> => {
    const [request, ip] = [toRequest(req, res), req.socket.remoteAddress ?? null];
    if (new URL(request.url).pathname !== '/hello') return auth.fetch(request, { ip, mount });
    const outcome = await auth.guard(request, { ip });
    if (outcome.kind === 'refused') return outcome.response;
    return new Response(outcome.kind === 'allowed' ? `Hello, ${outcome.principal.user.name}` : '', { headers: outcome.headers });
  };
  return createServer((req, res) => {
    answer(req, res).then((response) => send(res, response)).catch(() => res.destroy());
  }).listen(0, '127.0.0.1');
}
