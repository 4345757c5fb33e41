import type { Server, ServerResponse } from 'node:http';
import { Server as Listener } from 'node:net';
import type { Logger } from '@sallyport/core';

/** The timeouts of a shutdown, in milliseconds. */
export interface ShutdownLimits {
  /** How long new connections are still accepted, so that load balancers notice that the server is not ready. */
  readonly delayMs: number;
  /** The time limit for everything, including that delay. */
  readonly timeoutMs: number;
}

export interface ShutdownParts extends ShutdownLimits {
  readonly server: Server;
  /** Aborted first: from then on the server is not ready. */
  readonly stopping: AbortController;
  /** Releases the other resources, after the last response was sent. */
  readonly close: () => Promise<void>;
  /** Flushes the log. */
  readonly flush: () => Promise<void>;
  readonly logger: Logger;
}

/** The terminal sends Ctrl-C, and the package manager forwards it again: both are one signal. */
const ECHO_MS = 500;
/** How long requests are still accepted on open connections: they may be in transit when the signal arrives. */
const LAST_CALL_MS = 500;
/** The library's time limit for messages that are being sent, plus a little for the database. */
const CLOSING_MS = 5_500;
/** How long the log may take after the time limit. */
const LAST_WORDS_MS = 250;

/**
 * On SIGTERM or SIGINT: stop being ready, accept no more requests, answer those in progress, deliver messages that are being
 * sent, release the other resources, and exit with 0. Exits with 1 if that takes too long, and at once on a second signal.
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
      // Directly after accepting new connections: those not accepted by now are reset.
      setImmediate(takeNoConnections);
      setTimeout(takeNoRequests, LAST_CALL_MS);
    }, delayMs);
    // Requests get the time that closing leaves, but at least half of it.
    const left = timeoutMs - delayMs;
    setTimeout(cutOff, delayMs + Math.max(left - CLOSING_MS, left / 2));
    setTimeout(giveUp, timeoutMs - LAST_WORDS_MS);
  };

  const takeNoConnections = (): void => {
    // An HTTP server's own `close` drops idle connections, and with them the next request of a busy client.
    Listener.prototype.close.call(server, () => void letGo());
    // Not earlier: a client that sees it reconnects, and must then be refused, not reset.
    takesConnections = false;
    underway.forEach(announceEnd);
  };

  const takeNoRequests = (): void => {
    isOver = true;
    closeIfDone();
  };

  /** Node does not count a connection that has sent nothing or half a head as idle; it would keep the server from closing. */
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
