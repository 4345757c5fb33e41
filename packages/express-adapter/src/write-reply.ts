import type { AuthReply } from '@sallyport/core';
import type { Response } from 'express';
import { discardRest } from './discard-rest.js';

/** Sends the answer, unless the application has answered already or the client has left. */
export function writeReply(res: Response, { status, headers, body }: AuthReply): void {
  discardRest(res.req);
  // Of pipelined requests, Node destroys only the response of the first one when the client leaves.
  if (res.headersSent || res.destroyed || res.req.socket.destroyed) return;
  res.statusCode = status;
  addHeaders(res, headers);
  if (body === null) res.end();
  else res.end(body);
}

/** Sets headers, and keeps cookies and `Vary` fields that the application has set before. */
export function addHeaders(res: Response, headers: AuthReply['headers']): void {
  if (res.headersSent) return;
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'Set-Cookie') res.appendHeader(name, value);
    else if (name === 'Vary') res.vary([value].flat().join(', '));
    else res.setHeader(name, value);
  }
}
