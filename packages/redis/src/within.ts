import { RedisUnavailableError } from './unavailable.js';

/**
 * Resolves with the result of `work`, or rejects with a `RedisUnavailableError` after this many milliseconds. A later result is
 * ignored.
 */
export async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    // After a pause of this process, timers run before sockets are read: the reply may already have arrived.
    const expire = (): void => void setImmediate(() => reject(new RedisUnavailableError('REDIS_TIMEOUT')));
    timer = setTimeout(expire, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
