import type { ExpressRequest } from './express-types.js';

/** What a client may go on sending after its answer before the connection is closed on it. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

/**
 * Takes what is left of a body off the connection, so that the next request on it can come. Closing at once would be
 * less work, and often lose the client the answer; reading on for ever would let it hold the connection.
 */
export function discardRest(req: ExpressRequest): void {
  if (req.destroyed) return;
  if (req.complete) {
    // Node lets go of what nobody has touched, but not of what somebody has paused.
    if (req.isPaused()) req.resume();
    return;
  }
  let discarded = 0;
  req.on('data', (chunk: Buffer | string) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) req.destroy();
  });
  req.resume();
}
