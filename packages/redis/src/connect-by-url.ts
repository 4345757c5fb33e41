import { createClient } from '@redis/client';
import type { Connection } from './clients.js';
import { nodeRedisConnection } from './node-redis.js';

const CONNECT_TIMEOUT_MS = 2_000;

/** A connection of this package's own, not open yet. */
export function connectionTo(url: string): Connection {
  const client = createClient({
    url,
    // The older protocol: proxies and compatible servers often know no other.
    RESP: 2,
    maintNotifications: 'disabled',
    // Nothing is kept for later: a hit that is counted late is counted wrongly.
    disableOfflineQueue: true,
    // A new connection takes its place, see Link.
    socket: { connectTimeout: CONNECT_TIMEOUT_MS, reconnectStrategy: false },
  });
  // An error event without a listener would end the process.
  client.on('error', () => undefined);
  return nodeRedisConnection(client);
}
