import type { Server, ServerResponse } from 'node:http';
import { Server as Listener } from 'node:net';
import type { Logger } from '@sallyport/core';

export interface ShutdownParts {
  readonly server: Server;
  /** Lets go of the rest, when the last answer is out. */
  readonly close: () => Promise<void>;
  readonly logger: Logger;
  /** How long requests under way may still take. */
  readonly limitMs: number;
}

/** A Ctrl-C comes from the terminal, and once more from the package manager that passes it on: that is one signal. */
const ECHO_MS = 500;
/** How long requests are still taken on the connections that there are: they may be on their way when the signal comes. */
const LAST_CALL_MS = 500;

/** On SIGTERM or SIGINT: take no more requests, answer those under way, let go of the rest, exit. On a second one: exit. */
export function shutDownOnSignal({ server, close, logger, limitMs }: ShutdownParts): void {
  const underway = new Set<ServerResponse>();
  let stoppingSince: number | null = null;
  let takesConnections = true;
  let isOver = false;

  server.prependListener('request', (_req, res) => {
    underway.add(res);
    if (!takesConnections) announceEnd(res);
    res.once('close', () => {
      underway.delete(res);
      closeIfDone();
    });
  });

  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > ECHO_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    logger.info('stopping', { signal, requestsUnderway: underway.size });
    // Right after a look for new connections: those that were not taken by now are reset.
    setImmediate(takeNoConnections);
    setTimeout(takeNoRequests, LAST_CALL_MS);
    setTimeout(() => {
      logger.warn('cut off what took too long', { requestsUnderway: underway.size });
      server.closeAllConnections();
    }, limitMs);
  };

  const takeNoConnections = (): void => {
    // An HTTP server's own `close` cuts off connections that are idle, and with them the next request of a busy client.
    Listener.prototype.close.call(server, () => {
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    // Not before: whoever hears it connects anew, and has to be refused then, not reset.
    takesConnections = false;
    underway.forEach(announceEnd);
  };

  const takeNoRequests = (): void => {
    isOver = true;
    closeIfDone();
  };

  /** A connection that has sent nothing, or half a head, is not idle to Node, and would keep the server from closing. */
  const closeIfDone = (): void => {
    if (isOver && underway.size === 0) server.closeAllConnections();
  };

  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Otherwise the client would send its next request on a connection that is about to be closed. */
function announceEnd(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}
