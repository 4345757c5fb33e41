import { ConfigError } from '@sallyport/core';
import type { Issue } from '@sallyport/core';

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
  /** The methods that are called of a client, besides the one that runs a script. */
  readonly methods: readonly string[];
}

/** Throws a `ConfigError` that names every invalid option. It never repeats a URL, which may contain a password. */
export function readSettings<Client>({ maker, source, options, methods }: Given<Client>, more: readonly Issue[] = []): CommonSettings {
  if (!isObject(options)) throw new ConfigError([{ path: 'options', message: 'must be an object' }], `${maker} cannot start`);
  const { prefix = 'sallyport:', timeoutMs = 100 } = options;
  const issues: Issue[] = [...more, ...sourceIssues(source, methods)];
  if (typeof prefix !== 'string' || !PREFIX.test(prefix)) issues.push({ path: 'prefix', message: 'must be 1 to 100 characters of ASCII without spaces' });
  if (!(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS)) {
    issues.push({ path: 'timeoutMs', message: `must be a whole number from 1 to ${MAX_TIMEOUT_MS}` });
  }
  if (issues.length > 0) throw new ConfigError(issues, `${maker} cannot start`);
  return { prefix, timeoutMs };
}

/** JavaScript callers can leave the source out, pass the URL itself, or pass a client of another library or before it is awaited. */
function sourceIssues(source: unknown, methods: readonly string[]): readonly Issue[] {
  const url = { path: 'url', message: 'must be a redis: or rediss: URL, such as redis://localhost:6379' };
  if (source === undefined || source === null) return [url];
  if (!isObject(source)) return [{ path: 'source', message: 'must be an object, as in { url } or { client }' }];
  const [client, address]: readonly unknown[] = [Reflect.get(source, 'client'), Reflect.get(source, 'url')];
  if (client === undefined) return isRedisUrl(address) ? [] : [url];
  if (hasMethods(client, ['then'])) return [{ path: 'client', message: 'is a promise: write await before what makes it' }];
  const isClient = hasMethods(client, methods) && (hasMethods(client, ['evalSha']) || hasMethods(client, ['evalsha']));
  return isClient ? [] : [{ path: 'client', message: 'must be a client of redis, @redis/client or ioredis' }];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === 'function');
}

function isRedisUrl(url: unknown): boolean {
  return typeof url === 'string' && /^rediss?:\/\/./.test(url) && URL.canParse(url);
}
