import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuthReply } from '@sallyport/core';
import type { ExpressResponse } from './express-types.js';
import { drainRequestBody } from './drain-request-body.js';

/**
 * Sends the response, unless the application has already responded or the client has disconnected. Resolves once the response was
 * handed over or cannot be. A streamed body is read no faster than the client takes it, and no further after it disconnects.
 */
export async function writeReply(res: ExpressResponse, { status, headers, body }: AuthReply): Promise<void> {
  drainRequestBody(res.req);
  // Of pipelined requests, Node destroys only the first response when the client disconnects.
  if (res.headersSent || res.destroyed || res.req.socket.destroyed) return;
  res.statusCode = status;
  addHeaders(res, headers);
  if (body === null) res.end();
  else if (typeof body === 'string') res.end(body);
  // Rejects if the client disconnects or the body fails. Core has logged the failure, and the connection is closed.
  else await pipeline(Readable.from(body), res).catch(() => undefined);
}

/** Sets headers. Keeps cookies and `Vary` fields that the application has set before. */
export function addHeaders(res: ExpressResponse, headers: AuthReply['headers']): void {
  if (res.headersSent) return;
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'Set-Cookie') res.appendHeader(name, value);
    else if (name === 'Vary') res.vary([value].flat().join(', '));
    else res.setHeader(name, value);
  }
}
