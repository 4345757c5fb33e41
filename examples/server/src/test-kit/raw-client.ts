import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A connection that sends exactly the given bytes, which well-behaved clients would not. */
export interface RawClient {
  readonly socket: Socket;
  send(text: string): void;
  /** Resolves with everything received, once the server has closed the connection. */
  untilClosed(): Promise<string>;
  /** Resolves with the received text once it matches. */
  until(pattern: RegExp): Promise<string>;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (text: string) => {
    received += text;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  return {
    socket,
    send: (text) => void socket.write(text),
    async untilClosed() {
      await closed;
      return received;
    },
    async until(pattern) {
      while (!pattern.test(received)) {
        if (socket.closed) throw new Error(`closed after: ${received}`);
        await Promise.race([once(socket, 'data'), closed]);
      }
      return received;
    },
  };
}
