import { AuthError } from '../errors.js';
import type { RequestBody } from '../model/http-messages.js';

const NO_BODY: RequestBody = { kind: 'bytes', bytes: new Uint8Array() };

/** How much a client may send after its answer before its body is cancelled. */
const MAX_DISCARDED_BYTES = 1024 * 1024;

/** The host has already read the body. Core logs the name. */
class BodyWasReadElsewhere extends Error {
  override readonly name = 'BodyWasReadElsewhere';
}

/** The body of a web `Request`, read up to `maxBytes`. */
export async function readWebBody(request: Request, maxBytes: number): Promise<RequestBody> {
  if (request.bodyUsed) throw new AuthError('INTERNAL', { cause: new BodyWasReadElsewhere() });
  if (request.body === null) return NO_BODY;
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.byteLength;
      if (size > maxBytes) return { kind: 'too-large' };
      chunks.push(next.value);
    }
  } catch {
    // A truncated body is not JSON.
    throw new AuthError('MALFORMED_JSON');
  } finally {
    reader.releaseLock();
  }
  return { kind: 'bytes', bytes: Buffer.concat(chunks, size) };
}

/**
 * Reads the rest of an unread body from the connection. If it were cancelled at once, Node would close the connection,
 * and the client would often lose the answer. If it were left unread, the next request on the connection would never
 * arrive. Never rejects.
 */
export async function discardWebBody({ body }: Request): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  let discarded = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      discarded += next.value.byteLength;
      if (discarded > MAX_DISCARDED_BYTES) return await reader.cancel();
    }
  } catch {
    // The client has disconnected, or the host has ended the stream with its answer.
  }
}
