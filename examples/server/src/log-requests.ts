import { randomUUID } from 'node:crypto';
import type { Logger } from '@sallyport/core';
import type { RequestHandler } from 'express';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * One line for each request to the application's own routes, as the library writes for its routes: the pattern of the route,
 * never the path, which may contain private data; no query, header or body. Every response gets an id.
 */
export function logRequests(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const begun = performance.now();
    const given = req.get('x-request-id') ?? '';
    res.setHeader('X-Request-Id', REQUEST_ID.test(given) ? given : randomUUID());
    res.once('close', () => {
      logger.http('request', {
        method: req.method,
        route: routeOf(req.route),
        // If the client disconnected first, there was no response.
        status: res.writableFinished ? res.statusCode : null,
        durationMs: Math.round(performance.now() - begun),
        requestId: String(res.getHeader('x-request-id')),
        userId: req.auth?.user.id,
      });
    });
    next();
  };
}

function routeOf(route: unknown): string {
  const path: unknown = typeof route === 'object' && route !== null && 'path' in route ? route.path : undefined;
  return typeof path === 'string' ? path : '(none)';
}
