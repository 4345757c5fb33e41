import type { Configuration } from 'openid-client';

const DAY_MS = 24 * 60 * 60 * 1_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface LazyConfigurationOptions {
  readonly discover: () => Promise<Configuration>;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/**
 * The configuration of a provider, discovered when it is first used: a provider that is down holds up no start. It is
 * discovered anew after a day, and the old one serves on if that fails. After a failure without an old one, calls fail at once for a second,
 * doubling to a minute.
 */
export function lazyConfiguration({ discover, now = () => performance.now() }: LazyConfigurationOptions): () => Promise<Configuration> {
  let known: { readonly configuration: Configuration; readonly at: number } | undefined;
  let underway: Promise<Configuration> | undefined;
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
      underway = undefined;
    }
  };

  return async () => {
    if (known !== undefined && now() - known.at < DAY_MS) return known.configuration;
    if (failure !== undefined && now() < failure.until) {
      if (known !== undefined) return known.configuration;
      throw failure.error;
    }
    // Many logins at once ask once.
    underway ??= load();
    return underway;
  };
}
