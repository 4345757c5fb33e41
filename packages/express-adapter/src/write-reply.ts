import type { AuthReply } from '@sallyport/core';
import type { Response } from 'express';
import { discardRest } from './discard-rest.js';

/** Sends the answer, unless the application has answered already or the client is gone. */
export function writeReply(res: Response, { status, headers, body }: AuthReply): void {
  discardRest(res.req);
  // Of pipelined requests, Node destroys only the first one's response when the client leaves.
  if (res.headersSent || res.destroyed || res.req.socket.destroyed) return;
  res.statusCode = status;
  for (const [name, value] of Object.entries(headers)) {
    // Cookies that the application has set before stay.
    if (name === 'Set-Cookie') res.appendHeader(name, value);
    else res.setHeader(name, value);
  }
  if (body === null) res.end();
  else res.end(body);
}
