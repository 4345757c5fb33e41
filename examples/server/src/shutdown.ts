import type { Server, ServerResponse } from 'node:http';
import type { Logger } from '@sallyport/core';

export interface ShutdownParts {
  readonly server: Server;
  /** Lets go of the rest, when the last answer is out. */
  readonly close: () => Promise<void>;
  readonly logger: Logger;
  /** How long requests under way may still take. */
  readonly limitMs: number;
}

/** On SIGTERM or SIGINT: take no more requests, answer those under way, let go of the rest, exit. On a second one: exit. */
export function shutDownOnSignal({ server, close, logger, limitMs }: ShutdownParts): void {
  const underway = new Set<ServerResponse>();
  let isClosing = false;

  // Connections that are idle, or still busy with the head of a request, would keep the server from closing.
  const closeIfDone = (): void => {
    if (isClosing && underway.size === 0) server.closeAllConnections();
  };

  server.prependListener('request', (_req, res) => {
    underway.add(res);
    if (isClosing) announceEnd(res);
    res.once('close', () => {
      underway.delete(res);
      closeIfDone();
    });
  });

  const stop = (signal: NodeJS.Signals): void => {
    if (isClosing) process.exit(1);
    isClosing = true;
    logger.info('stopping', { signal, requestsUnderway: underway.size });
    setTimeout(() => {
      logger.warn('cut off what took too long', { requestsUnderway: underway.size });
      server.closeAllConnections();
    }, limitMs).unref();
    server.close(() => {
      close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
    underway.forEach(announceEnd);
    closeIfDone();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Otherwise the client would send its next request on a connection that is about to be closed. */
function announceEnd(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}
