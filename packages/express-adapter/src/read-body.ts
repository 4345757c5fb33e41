import { AuthError } from '@sallyport/core';
import type { RequestBody } from '@sallyport/core';
import type { ExpressRequest } from './express-types.js';

/** A middleware has consumed the body and stored it nowhere. Core logs the name: the application has to fix it. */
class BodyWasReadElsewhere extends Error {
  override readonly name = 'BodyWasReadElsewhere';
}

const NO_BODY: RequestBody = { kind: 'bytes', bytes: new Uint8Array() };
const TOO_LARGE: RequestBody = { kind: 'too-large' };

/** The body as the application has parsed it, or else read from the request, up to `maxBytes`. */
export async function readBody(req: ExpressRequest, maxBytes: number): Promise<RequestBody> {
  const given: unknown = 'body' in req ? req.body : undefined;
  // Some parsers set `{}` if there is no body.
  if (!announcesBody(req) && isNothing(given)) return NO_BODY;
  if (given !== undefined) return asParsed(req, given, maxBytes);
  // A stream that was already consumed or cut off never ends: waiting for it would hang.
  if (req.readableDidRead) throw new AuthError('INTERNAL', { cause: new BodyWasReadElsewhere() });
  if (req.destroyed) throw cutOff();
  return readStream(req, maxBytes);
}

/** RFC 9112 6.3. */
function announcesBody({ headers }: ExpressRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isNothing(value: unknown): boolean {
  return value == null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

function asParsed(req: ExpressRequest, given: unknown, maxBytes: number): RequestBody {
  const bytes = typeof given === 'string' ? Buffer.from(given) : given;
  if (bytes instanceof Uint8Array) return bytes.byteLength > maxBytes ? TOO_LARGE : { kind: 'bytes', bytes };
  // Core has compared a declared length with the limit. For a chunked body, only the parsed value is left to measure.
  const isUnmeasured = req.headers['content-length'] === undefined;
  return isUnmeasured && sizeOf(given) > maxBytes ? TOO_LARGE : { kind: 'parsed', value: given };
}

function sizeOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? '');
  } catch {
    // Not a plain JSON value. Core decides what to do with it.
    return 0;
  }
}

function readStream(req: ExpressRequest, maxBytes: number): Promise<RequestBody> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (data: Buffer | string): void => {
      const chunk = typeof data === 'string' ? Buffer.from(data) : data;
      size += chunk.byteLength;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      stop();
      req.pause();
      resolve(TOO_LARGE);
    };
    const onEnd = (): void => {
      stop();
      resolve({ kind: 'bytes', bytes: Buffer.concat(chunks, size) });
    };
    const onCut = (): void => {
      stop();
      reject(cutOff());
    };
    const stop = (): void => {
      req.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
    };
    req.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}

/** An incomplete body must not be acted on, even if the part that arrived is valid JSON. */
function cutOff(): AuthError {
  return new AuthError('MALFORMED_JSON');
}
