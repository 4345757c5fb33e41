import type { SendOptions } from '@sallyport/core';

/** How long a provider may take, in milliseconds. The worker of core waits for 15 seconds. */
export const TIMEOUT_MS = 10_000;

/** Aborts when the time is up, or before where the sender gives up. */
export function deadline(timeoutMs: number, options: SendOptions | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return options === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
}
