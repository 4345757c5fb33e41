import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Converts a request of `node:http` to a web `Request`, aborted when the client disconnects. `hasBody: false` leaves the body unread. Throws
 * `TypeError` for the method TRACE, which a web `Request` cannot have.
 */
export function toRequest(req: IncomingMessage, res: ServerResponse, { hasBody = true } = {}): Request {
  const left = new AbortController();
  res.once('close', () => left.abort());
  const headers = Object.entries(req.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const isBodiless = !hasBody || req.method === 'GET' || req.method === 'HEAD';
  const body = isBodiless ? {} : { body: Readable.toWeb(req), duplex: 'half' as const };
  return new Request(`http://${req.headers.host ?? 'localhost'}${req.url}`, { method: req.method ?? 'GET', headers, signal: left.signal, ...body });
}

/** Reads the body no faster than the client does. If it fails or the client disconnects, rejects, and the connection is closed. */
export async function send(res: ServerResponse, response: Response): Promise<void> {
  res.setHeaders(response.headers).writeHead(response.status);
  await pipeline(response.body ?? Readable.from([]), res);
}
