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
const SAME_SIGNAL_MS = 500;
/** How long requests are still accepted on open connections: they may be in transit when the signal arrives. */
const LATE_REQUESTS_MS = 500;
/** The library's time limit for messages that are being sent, plus a little for the database. */
const CLOSE_TIMEOUT_MS = 5_500;
/** How long the log may take after the time limit. */
const FLUSH_TIMEOUT_MS = 250;

/**
 * On SIGTERM or SIGINT: stop being ready, accept no more requests, answer those in progress, deliver messages that are being
 * sent, release the other resources, and exit with 0. Exits with 1 if that takes too long, and at once on a second signal.
 */
export function shutDownOnSignal({ server, stopping, close, flush, logger, delayMs, timeoutMs }: ShutdownParts): void {
  const pending = new Set<ServerResponse>();
  let stoppingSince: number | null = null;
  let isAccepting = true;
  let closesWhenIdle = false;

  server.prependListener('request', (_req, res) => {
    pending.add(res);
    if (!isAccepting) announceClose(res);
    res.once('close', () => {
      pending.delete(res);
      closeIfIdle();
    });
  });

  const stop = (signal: NodeJS.Signals): void => {
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    stopping.abort();
    logger.info('stopping', { signal, requestsInProgress: pending.size });
    setTimeout(() => {
      // Directly after accepting new connections: those not accepted by now are reset.
      setImmediate(stopAccepting);
      setTimeout(closeWhenIdle, LATE_REQUESTS_MS);
    }, delayMs);
    // Requests get the time that closing leaves, but at least half of it.
    const left = timeoutMs - delayMs;
    setTimeout(abortRequests, delayMs + Math.max(left - CLOSE_TIMEOUT_MS, left / 2));
    setTimeout(exitAfterTimeout, timeoutMs - FLUSH_TIMEOUT_MS);
  };

  const stopAccepting = (): void => {
    // An HTTP server's own `close` drops idle connections, and with them the next request of a busy client.
    Listener.prototype.close.call(server, () => void closeAndExit());
    // Not earlier: a client that sees it reconnects, and must then be refused, not reset.
    isAccepting = false;
    pending.forEach(announceClose);
  };

  const closeWhenIdle = (): void => {
    closesWhenIdle = true;
    closeIfIdle();
  };

  /** Node does not count a connection that has sent nothing or half a head as idle; it would keep the server from closing. */
  const closeIfIdle = (): void => {
    if (closesWhenIdle && pending.size === 0) server.closeAllConnections();
  };

  const abortRequests = (): void => {
    if (pending.size > 0) logger.warn('requests aborted by the shutdown', { requestsInProgress: pending.size });
    server.closeAllConnections();
  };

  const closeAndExit = async (): Promise<void> => {
    try {
      await close();
      await flush();
      process.exit(0);
    } catch {
      process.exit(1);
    }
  };

  const exitAfterTimeout = (): void => {
    logger.error('shutdown timed out', { requestsInProgress: pending.size });
    setTimeout(() => process.exit(1), FLUSH_TIMEOUT_MS);
    void flush().finally(() => process.exit(1));
  };

  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Otherwise the client would send its next request on a connection that is about to be closed. */
function announceClose(res: ServerResponse): void {
  if (!res.headersSent) res.setHeader('Connection', 'close');
}
