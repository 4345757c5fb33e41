import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions } from 'node:http';

/** Node's defaults would let a slow client hold a connection for five minutes. */
const LIMITS: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Longer than the minute for which load balancers keep theirs: whoever closes first must not be this side.
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};

/** A server that listens, to everybody unless a host is named; fails where the port cannot be had. */
export async function listen(at: number | { readonly port: number; readonly host: string }, app: RequestListener): Promise<Server> {
  const server = createServer(LIMITS, app).listen(typeof at === 'number' ? { port: at } : at);
  await once(server, 'listening');
  return server;
}

/** The port it has got, where 0 has left that to the system. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
