import type { Context } from '../../context.js';

/** How long a provider may take for one answer, including discovery. */
export const PROVIDER_TIMEOUT_MS = 10_000;

class ProviderTimeout extends Error {
  override readonly name = 'ProviderTimeout';
}

/**
 * Calls a provider and stops waiting at the timeout, even if the provider ignores its signal. Throws what the provider
 * throws: callers answer `PROVIDER_FAILED` and write the cause only to the log.
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
