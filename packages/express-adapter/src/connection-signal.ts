import { setMaxListeners } from 'node:events';
import { Socket } from 'node:net';

const signals = new WeakMap<Socket, AbortSignal>();

/**
 * Aborted when the connection is closed, since that is how a client leaves. All requests of a connection share it: of
 * pipelined ones, Node tells only the first that its response has nowhere to go. Where an application is run without a
 * connection, as on some platforms, nobody can tell.
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
