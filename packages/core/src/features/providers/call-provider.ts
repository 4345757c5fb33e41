import type { Context } from '../../context.js';

/** How long a provider may take for one answer, its discovery included. */
export const PROVIDER_TIMEOUT_MS = 10_000;

class ProviderTimeout extends Error {
  override readonly name = 'ProviderTimeout';
}

/**
 * Asks a provider, and waits no longer than the timeout, whether or not it heeds its signal. Throws whatever the provider throws:
 * callers answer `PROVIDER_FAILED`, and tell the log alone what it was.
 */
export async function callProvider<T>({ clock }: Context, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abortController = new AbortController();
  const { signal } = abortController;
  const timedOut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new ProviderTimeout('The provider did not answer in time')), { once: true });
  });
  const cancel = clock.schedule(() => abortController.abort(), PROVIDER_TIMEOUT_MS);
  try {
    return await Promise.race([call(signal), timedOut]);
  } finally {
    cancel();
  }
}
