import { ConfigError } from '@sallyport/core';

interface Issue {
  readonly path: string;
  readonly message: string;
}

export interface CommonOptions {
  /** Prefix of the keys and the channel: one for each application that shares the Redis. Default `'sallyport:'`. */
  readonly prefix?: string | undefined;
  /** Timeout of a command in milliseconds, from 1 to 10,000. Default 100. */
  readonly timeoutMs?: number | undefined;
}

export interface CommonSettings {
  readonly prefix: string;
  readonly timeoutMs: number;
}

const MAX_TIMEOUT_MS = 10_000;
const PREFIX = /^[\x21-\x7e]{1,100}$/;

/** Redis' URL, or a client that the application opens and closes. */
export type Source<Client> =
  | { readonly url: string | undefined; readonly client?: undefined }
  | { readonly client: Client; readonly url?: undefined };

export interface Given<Client> {
  /** The name of the called function, for the error. */
  readonly maker: string;
  readonly source: Source<Client>;
  readonly options: CommonOptions;
}

/** Throws a `ConfigError` that names every invalid option. It never repeats a URL, which may contain a password. */
export function readSettings<Client>({ maker, source, options }: Given<Client>, more: readonly Issue[] = []): CommonSettings {
  const { prefix = 'sallyport:', timeoutMs = 100 } = options;
  const issues: Issue[] = [...more];
  if (source.client === undefined && !isRedisUrl(source.url)) {
    issues.push({ path: 'url', message: 'must be a redis: or rediss: URL, such as redis://localhost:6379' });
  }
  if (!PREFIX.test(prefix)) issues.push({ path: 'prefix', message: 'must be 1 to 100 characters of ASCII without spaces' });
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS)) {
    issues.push({ path: 'timeoutMs', message: `must be a whole number from 1 to ${MAX_TIMEOUT_MS}` });
  }
  if (issues.length > 0) throw new ConfigError(issues, `${maker} cannot start`);
  return { prefix, timeoutMs };
}

function isRedisUrl(url: unknown): boolean {
  return typeof url === 'string' && /^rediss?:\/\/./.test(url) && URL.canParse(url);
}
