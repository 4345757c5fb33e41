import type { Server, ServerResponse } from 'node:http';
import { Server as Listener } from 'node:net';
import type { Logger } from '@sallyport/core';

/** How long stopping takes at most, in milliseconds. */
export interface ShutdownLimits {
  /** How long connections are still taken, for load balancers to see that the server is no longer ready. */
  readonly delayMs: number;
  /** How long all of it may take, that delay included. */
  readonly timeoutMs: number;
}

export interface ShutdownParts extends ShutdownLimits {
  readonly server: Server;
  /** Aborted first: from then on the server is not ready. */
  readonly stopping: AbortController;
  /** Lets go of the rest, when the last answer is out. */
  readonly close: () => Promise<void>;
  /** Writes what is left of the log. */
  readonly flush: () => Promise<void>;
  readonly logger: Logger;
}

/** A Ctrl-C comes from the terminal, and once more from the package manager that passes it on: that is one signal. */
const ECHO_MS = 500;
/** How long requests are still taken on the connections that there are: they may be on their way when the signal comes. */
const LAST_CALL_MS = 500;
/** What the library takes for messages that are on their way, and a little more for the database. */
const CLOSING_MS = 5_500;
/** How long the log may take when time is over. */
const LAST_WORDS_MS = 250;

/**
 * On SIGTERM or SIGINT: be no longer ready, take no more requests, answer those under way, deliver what is on its way, let
 * go of the rest, exit with 0. With 1 where that is not done in time, and at once on a second signal.
 */
export function shutDownOnSignal({ server, stopping, close, flush, logger, delayMs, timeoutMs }: ShutdownParts): void {
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
    stopping.abort();
    logger.info('stopping', { signal, requestsUnderway: underway.size });
    setTimeout(() => {
      // Right after a look for new connections: those that were not taken by now are reset.
      setImmediate(takeNoConnections);
      setTimeout(takeNoRequests, LAST_CALL_MS);
    }, delayMs);
    // Requests have what closing leaves, and half of the time at least.
    const left = timeoutMs - delayMs;
    setTimeout(cutOff, delayMs + Math.max(left - CLOSING_MS, left / 2));
    setTimeout(giveUp, timeoutMs - LAST_WORDS_MS);
  };

  const takeNoConnections = (): void => {
    // An HTTP server's own `close` cuts off connections that are idle, and with them the next request of a busy client.
    Listener.prototype.close.call(server, () => void letGo());
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

  const cutOff = (): void => {
    if (underway.size > 0) logger.warn('cut off what took too long', { requestsUnderway: underway.size });
    server.closeAllConnections();
  };

  const letGo = async (): Promise<void> => {
    try {
      await close();
      await flush();
      process.exit(0);
    } catch {
      process.exit(1);
    }
  };

  const giveUp = (): void => {
    logger.error('stopped before all was done', { requestsUnderway: underway.size });
    setTimeout(() => process.exit(1), LAST_WORDS_MS);
    void flush().finally(() => process.exit(1));
  };

  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Otherwise the client would send its next request on a connection that is about to be closed. */
function announceEnd(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}
