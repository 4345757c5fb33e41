let pending: AbortController | undefined;

/**
 * Ends the open request and returns the signal for the next one, which `signal` also aborts. Browsers allow one request at a time,
 * and an offer in a form counts as one.
 */
export function takeTurn(signal: AbortSignal | undefined): AbortSignal {
  pending?.abort();
  pending = new AbortController();
  return signal === undefined ? pending.signal : AbortSignal.any([pending.signal, signal]);
}
