import { setMaxListeners } from 'node:events';
import { Socket } from 'node:net';

const signals = new WeakMap<Socket, AbortSignal>();

/**
 * Aborted when the connection is closed, which is how a client disconnects. All requests of a connection share the signal: of
 * pipelined requests, Node closes only the first response. On platforms that run the application without a connection, a
 * disconnect cannot be detected.
 */
export function connectionSignal(socket: unknown): AbortSignal | undefined {
  if (!(socket instanceof Socket)) return undefined;
  const known = signals.get(socket);
  if (known !== undefined) return known;
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  if (socket.destroyed) controller.abort();
  else socket.once('close', () => controller.abort());
  signals.set(socket, controller.signal);
  return controller.signal;
}
