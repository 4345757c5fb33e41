import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A connection that sends exactly the given bytes, which well-behaved clients would not. */
export interface RawConnection {
  readonly socket: Socket;
  send(...lines: readonly string[]): void;
  /** Resolves with the received text once it matches. Rejects if the connection closes before. */
  until(pattern: RegExp): Promise<string>;
}

export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
  });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    socket,
    send: (...lines) => void socket.write(lines.join('\r\n')),
    async until(pattern) {
      while (!pattern.test(received)) {
        if (socket.closed) throw new Error(`closed after: ${received}`);
        await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      }
      const text = received;
      received = '';
      return text;
    },
  };
}

export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
