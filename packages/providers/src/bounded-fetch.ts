import type { CustomFetch } from 'openid-client';

/** Discovery documents, key sets and tokens have a few kilobytes. */
const MAX_BYTES = 512 * 1024;

class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** `fetch` that limits the size of a response and follows no redirect. */
export const boundedFetch: CustomFetch = async (url, { body, method, headers: sent, signal = null }) => {
  const response = await fetch(url, { method, headers: sent, signal, body: body ?? null, redirect: 'manual' });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    size += bytes.byteLength;
    // Leaving the loop cancels the stream.
    if (size > MAX_BYTES) throw new AnswerTooLarge('A provider answered more than 512 KiB');
    chunks.push(bytes);
  }
  const { status, statusText, headers } = response;
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : Buffer.concat(chunks, size), { status, statusText, headers: plainHeaders(headers) });
};

/** The body is decoded and complete here. */
function plainHeaders(headers: Headers): Headers {
  const plain = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) plain.delete(name);
  return plain;
}
