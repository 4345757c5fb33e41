import type { SendOptions } from '@sallyport/core';
import { deadline } from './deadline.js';
import { refusal } from './failures.js';

/** Far more than any provider's error response has. */
const MAX_BODY_BYTES = 64 * 1024;

export interface Posting {
  /** In capitals, such as `SENDGRID`. */
  readonly provider: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly options: SendOptions | undefined;
  /** Whether the body of an error response, parsed as JSON, is about the sender or the account. */
  readonly refusesSender: (body: unknown) => boolean;
}

/** Posts to an HTTP API. Rejects with a `DeliveryError` unless the status is 2xx. */
export async function post({ provider, url, headers, body, timeoutMs, options, refusesSender }: Posting): Promise<void> {
  const signal = deadline(timeoutMs, options);
  // The body holds a code, and the headers a key: do not follow redirects.
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' }).catch(() => {
    // Errors of fetch name the address, and may contain more.
    throw refusal({ provider, status: null });
  });
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  throw refusal({
    provider,
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    refusesSender: refusesSender(await readJson(response)),
  });
}

/** `null` for a body that is not JSON, too long, or cut off. */
async function readJson({ body }: Response): Promise<unknown> {
  try {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) return null;
      chunks.push(chunk);
    }
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return parsed;
  } catch {
    return null;
  }
}
