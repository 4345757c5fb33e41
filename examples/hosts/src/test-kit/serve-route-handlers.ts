import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { send, toRequest } from '../node-requests.js';

type RouteHandler = (request: Request) => Promise<Response>;

/** A `route.ts`: handlers by method. */
export type RouteModule = Readonly<Record<string, RouteHandler>>;

/**
 * Calls route handlers as Next.js does, by path and then by the exported method, behind a proxy that appends the client's address.
 * `check-next.ts` proves that Next.js itself gives the same responses.
 */
export function serveRouteHandlers(routes: Readonly<Record<string, RouteModule>>): Server {
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const forwarded = [req.headers['x-forwarded-for'], req.socket.remoteAddress].flat().filter((each) => each !== undefined);
    req.headers['x-forwarded-for'] = forwarded.join(', ');
    const request = toRequest(req, res);
    const { pathname } = new URL(request.url);
    const module = Object.entries(routes).find(([path]) => pathname === path || pathname.startsWith(`${path}/`))?.[1];
    const handler = module?.[request.method];
    await send(res, handler === undefined ? new Response(null, { status: module === undefined ? 404 : 405 }) : await handler(request));
  };
  return createServer((req, res) => void serve(req, res).catch(() => res.destroy())).listen(0, '127.0.0.1');
}
