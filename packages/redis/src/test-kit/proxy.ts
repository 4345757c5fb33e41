import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { addressOf } from './real-redis.js';

/** A TCP proxy in front of Redis that can fail as networks do. */
export interface Proxy {
  readonly url: string;
  /** Resets all current and new connections until it is healed. */
  cut(): void;
  /** Accepts connections and bytes, and forwards nothing until it is healed. Then it forwards what it held back. */
  hang(): void;
  heal(): void;
  /** The number of connections. */
  connections(): number;
}

export async function startProxy(redisUrl: string): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let state: 'healthy' | 'cut' | 'hanging' = 'healthy';
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    if (state === 'cut') {
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const far = connect(addressOf(redisUrl));
    const pass = (from: Socket, to: Socket): void => {
      keep(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('close', () => to.destroy());
      if (state === 'hanging') from.pause();
    };
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    cut() {
      state = 'cut';
      for (const socket of sockets) socket.resetAndDestroy();
    },
    hang() {
      state = 'hanging';
      for (const socket of sockets) socket.pause();
    },
    heal() {
      state = 'healthy';
      for (const socket of sockets) socket.resume();
    },
    connections: () => sockets.size / 2,
  };
}
