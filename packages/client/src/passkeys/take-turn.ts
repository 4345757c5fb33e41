let pending: AbortController | undefined;

/**
 * Ends the open request and returns the signal of the next one. Browsers allow one request at a time, and an offer in a form is
 * one. `signal` also ends it.
 */
export function takeTurn(signal: AbortSignal | undefined): AbortSignal {
  pending?.abort();
  pending = new AbortController();
  return signal === undefined ? pending.signal : AbortSignal.any([pending.signal, signal]);
}
