import { type Socket, connect, createServer } from 'node:net';

/** A TCP proxy that can stop answering. */
export interface Proxy {
  readonly url: string;
  /** Accepts data from clients, but forwards no response. */
  hang(): void;
  heal(): void;
  close(): Promise<void>;
}

export async function createProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let hangs = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port === '' ? 5432 : port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => void upstream.write(bytes));
    upstream.on('data', (bytes) => {
      if (!hangs) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(target);
  if (typeof address === 'object' && address !== null) url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    hang() {
      hangs = true;
    },
    heal() {
      hangs = false;
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
