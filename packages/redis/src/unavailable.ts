export type UnavailableCode = 'REDIS_OFFLINE' | 'REDIS_TIMEOUT' | 'REDIS_BUSY' | 'REDIS_FAILED';

/** Redis could not be asked. Has neither the command nor the address in it. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  /** Not connected; no reply in time; too many commands without a reply; a reply that is an error. */
  readonly code: UnavailableCode;

  constructor(code: UnavailableCode) {
    super('Redis could not be asked');
    this.code = code;
  }
}
