import { createClient } from '@redis/client';
import type { Connection } from './clients.js';
import { nodeRedisConnection } from './node-redis.js';

const CONNECT_TIMEOUT_MS = 2_000;

/** A connection that this package owns, not opened yet. */
export function connectionTo(url: string): Connection {
  const client = createClient({
    url,
    // The older protocol: proxies and compatible servers often support no other.
    RESP: 2,
    maintNotifications: 'disabled',
    // Do not queue commands: a hit that is counted late is counted wrongly.
    disableOfflineQueue: true,
    // Do not reconnect: Link opens a new connection.
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  });
  // An error event without a listener would end the process.
  client.on('error', () => undefined);
  return nodeRedisConnection(client);
}
