import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuthReply } from '@sallyport/core';
import type { ExpressResponse } from './express-types.js';
import { discardRest } from './discard-rest.js';

/**
 * Sends the answer, unless the application has answered already or the client has left. Resolves when it was handed over, or cannot
 * be: a body of any length is read no faster than the client takes it, and no further once it has left.
 */
export async function writeReply(res: ExpressResponse, { status, headers, body }: AuthReply): Promise<void> {
  discardRest(res.req);
  // Of pipelined requests, Node destroys only the response of the first one when the client leaves.
  if (res.headersSent || res.destroyed || res.req.socket.destroyed) return;
  res.statusCode = status;
  addHeaders(res, headers);
  if (body === null) res.end();
  else if (typeof body === 'string') res.end(body);
  // Rejects if the client leaves, and if the body fails: core has told the log, and the connection is broken off.
  else await pipeline(Readable.from(body), res).catch(() => undefined);
}

/** Sets headers, and keeps cookies and `Vary` fields that the application has set before. */
export function addHeaders(res: ExpressResponse, headers: AuthReply['headers']): void {
  if (res.headersSent) return;
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'Set-Cookie') res.appendHeader(name, value);
    else if (name === 'Vary') res.vary([value].flat().join(', '));
    else res.setHeader(name, value);
  }
}
