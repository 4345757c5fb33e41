import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';

/** Limits on one client's use of the server's time and memory. Durations are milliseconds. */
export interface Limits {
  /** From the connection, or the previous response, to the end of the headers. */
  readonly headersTimeout: number;
  /** The same, to the end of the body. */
  readonly requestTimeout: number;
  /** How often both are checked. */
  readonly connectionsCheckingInterval: number;
  /** Between a response and the next request. */
  readonly keepAliveTimeout: number;
  /** How long a connection may have no traffic, for example because a client does not read its response. */
  readonly silenceTimeout: number;
  /** Requests on one connection; a client can send hundreds of them in one packet. */
  readonly maxRequestsPerSocket: number;
  /** Bytes of the request line and all headers. */
  readonly maxHeaderSize: number;
  /** Further connections are closed at once. */
  readonly maxConnections: number;
}

/**
 * With Node's defaults a slow client could hold a connection for five minutes, and one that does not read could hold it for ever.
 */
export const LIMITS: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Longer than the minute for which load balancers keep connections: this side must not close first.
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

/** A listening server, on all interfaces unless a host is given; rejects if the port is not available. */
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

/** The actual port, if 0 left the choice to the system. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
