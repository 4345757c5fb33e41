let pending: AbortController | undefined;

/**
 * Ends the request that is open, and gives the signal of the next one: browsers allow one at a time, and an offer within a form is
 * one. `signal` ends it too.
 */
export function takeTurn(signal: AbortSignal | undefined): AbortSignal {
  pending?.abort();
  pending = new AbortController();
  return signal === undefined ? pending.signal : AbortSignal.any([pending.signal, signal]);
}
