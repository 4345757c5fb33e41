import { RedisUnavailableError } from './unavailable.js';

/** The result of `work`, or a `RedisUnavailableError` after so many milliseconds. What comes later is ignored. */
export async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    // After a pause of this process, timers run before sockets are read: the reply may have been here all along.
    const expire = (): void => void setImmediate(() => reject(new RedisUnavailableError('REDIS_TIMEOUT')));
    timer = setTimeout(expire, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
