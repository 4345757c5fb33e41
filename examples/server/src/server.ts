import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';

/** What one client may take of the server's time and memory. Durations are milliseconds. */
export interface Limits {
  /** From the connection, or the answer before, to the end of the headers. */
  readonly headersTimeout: number;
  /** The same, to the end of the body. */
  readonly requestTimeout: number;
  /** How often both are looked after. */
  readonly connectionsCheckingInterval: number;
  /** Between an answer and the next request. */
  readonly keepAliveTimeout: number;
  /** How long nothing may move at all, as when a client does not read its answer. */
  readonly silenceTimeout: number;
  /** Requests on one connection; a client can send hundreds of them in one packet. */
  readonly maxRequestsPerSocket: number;
  /** Bytes of the request line and all headers. */
  readonly maxHeaderSize: number;
  /** What comes beyond is closed at once. */
  readonly maxConnections: number;
}

/** Node's defaults would let a slow client hold a connection for five minutes, and one that does not read for ever. */
export const LIMITS: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Longer than the minute for which load balancers keep theirs: whoever closes first must not be this side.
  keepAliveTimeout: 65_000,
  silenceTimeout: 60_000,
  maxRequestsPerSocket: 1_000,
  maxHeaderSize: 16 * 1024,
  maxConnections: 10_000,
};

interface Address {
  readonly port: number;
  readonly host: string;
}

/** A server that listens, to everybody unless a host is named; fails where the port cannot be had. */
export async function listen(at: number | Address, app: RequestListener, limits: Limits = LIMITS): Promise<Server> {
  const { silenceTimeout, maxConnections, maxRequestsPerSocket, ...options } = limits;
  const server = createServer(options, app);
  server.timeout = silenceTimeout;
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = maxRequestsPerSocket;
  server.listen(typeof at === 'number' ? { port: at } : at);
  await once(server, 'listening');
  return server;
}

/** The port it has got, where 0 has left that to the system. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
