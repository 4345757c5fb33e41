import type { SendOptions } from '@sallyport/core';

/** Timeout for a provider, in milliseconds. Core's worker waits for 15 seconds. */
export const TIMEOUT_MS = 10_000;

/** Aborts after the timeout, or earlier if the sender aborts. */
export function deadline(timeoutMs: number, options: SendOptions | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return options === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
}
