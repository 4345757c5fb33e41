import type { ExpressRequest } from './express-types.js';

/** How many bytes a client may still send after the response before the connection is closed. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

/**
 * Reads and discards the rest of a body, so that the connection can take the next request. Closing at once would be simpler, but
 * the client would often lose the response. Reading without a limit would let the client hold the connection.
 */
export function drainRequestBody(req: ExpressRequest): void {
  if (req.destroyed) return;
  if (req.complete) {
    // Node discards a body that nobody has read, but not one that was paused.
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
