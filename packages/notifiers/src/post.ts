import type { SendOptions } from '@sallyport/core';
import { deadline } from './deadline.js';
import { refusal } from './failures.js';

export interface Posting {
  /** In capitals, such as `SENDGRID`. */
  readonly provider: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly options: SendOptions | undefined;
}

/** Posts to an HTTP API. Rejects with a `DeliveryError` for anything but a 2xx. */
export async function post({ provider, url, headers, body, timeoutMs, options }: Posting): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    signal: deadline(timeoutMs, options),
    // The body holds a code, and the headers a key: they go nowhere else.
    redirect: 'manual',
  }).catch(() => {
    // What fetch throws names the address, and may hold more.
    throw refusal({ provider, status: null });
  });
  await response.body?.cancel();
  if (!response.ok) throw refusal({ provider, status: response.status, retryAfter: response.headers.get('retry-after') });
}
