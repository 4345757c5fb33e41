import type { Configuration } from 'openid-client';

const DAY_MS = 24 * 60 * 60 * 1_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface LazyConfigurationOptions {
  readonly discover: () => Promise<Configuration>;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * The configuration of a provider, discovered at first use, so that a provider that is down does not delay start-up. It is
 * discovered again after a day; if that fails, the old one stays in use. After a failure without an old one, calls fail at once
 * for a second, doubling up to a minute.
 */
export function lazyConfiguration({ discover, now = () => performance.now() }: LazyConfigurationOptions): () => Promise<Configuration> {
  let known: { readonly configuration: Configuration; readonly at: number } | undefined;
  let loading: Promise<Configuration> | undefined;
  let failure: { readonly error: unknown; readonly count: number; readonly until: number } | undefined;

  const load = async (): Promise<Configuration> => {
    try {
      const configuration = await discover();
      known = { configuration, at: now() };
      failure = undefined;
      return configuration;
    } catch (error) {
      const count = (failure?.count ?? 0) + 1;
      failure = { error, count, until: now() + Math.min(FIRST_WAIT_MS * 2 ** (count - 1), LONGEST_WAIT_MS) };
      if (known !== undefined) return known.configuration;
      throw error;
    } finally {
      loading = undefined;
    }
  };

  return async () => {
    if (known !== undefined && now() - known.at < DAY_MS) return known.configuration;
    if (failure !== undefined && now() < failure.until) {
      if (known !== undefined) return known.configuration;
      throw failure.error;
    }
    // Concurrent logins share one discovery.
    loading ??= load();
    return loading;
  };
}
