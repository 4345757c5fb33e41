export type UnavailableCode = 'REDIS_OFFLINE' | 'REDIS_TIMEOUT' | 'REDIS_BUSY' | 'REDIS_FAILED';

/** Redis could not be reached. The error contains neither the command nor the address. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  /** Not connected; no reply in time; too many pending commands; an error reply. */
  readonly code: UnavailableCode;

  constructor(code: UnavailableCode) {
    super('Redis is unavailable');
    this.code = code;
  }
}
